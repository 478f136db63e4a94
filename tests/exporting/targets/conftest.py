"""An export target that tests add to those that there are."""

import copy_target
import plugins
import pytest

from kerasae import registry


@pytest.fixture(scope="module")
def copy_plugin(tmp_path_factory):
    """Adds the target `copy` in a folder of its own, which it gives."""
    folder = tmp_path_factory.mktemp("plugins")
    with plugins.added(registry.TARGETS, folder, **{copy_target.NAME: copy_target.CODE}):
        yield folder
