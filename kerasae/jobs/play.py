"""An export as a page to play with: its files made, and known of test images what can be."""

import contextlib
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kerasae import arrays
from kerasae.config import ConfigError, RunError
from kerasae.exporting.bundle import GOLDEN
from kerasae.names import IMAGE
from kerasae.playground import browser_files, known_images, site
from kerasae.playground.card import Card
from kerasae.playground.config import PlayConfig
from kerasae.playground.known_images import KnownImages
from kerasae.playground.site import Site

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def page(config: PlayConfig, card: Card) -> Iterator[Site]:
    """The page of an export, for as long as the block runs.

    Args:
        config: Which export, and where its data lies.
        card: What `card.read` found.

    Raises:
        ConfigError: for an export that browsers can't run, or a dataset that was asked for and
            isn't its own.
        RunError: where files are damaged.
    """
    with tempfile.TemporaryDirectory(prefix="kerasae-play-") as scratch:
        runnable = browser_files.prepare(config.path, card, Path(scratch))
        known, left_out = _known(config, card, runnable)
        plane = known and known_images.code_map(known.codes)
        examples = arrays.read(config.path / GOLDEN, IMAGE)[IMAGE]
        yield site.make(card, runnable, examples, known, plane, left_out)


def _known(
    config: PlayConfig, card: Card, runnable: browser_files.BrowserFiles
) -> tuple[KnownImages | None, str]:
    """Test images, or None and why there are none; what was asked for must be there."""
    try:
        test = known_images.load(card, config.dataset, config.data_dir)
    except (ConfigError, RunError) as error:
        if config.dataset or config.data_dir:
            raise
        name = card.data.dataset.name
        logger.warning(
            "The page leaves out what is compared with test images of %s: %s", name, error
        )
        # Without the reason, which may name folders of this machine.
        return None, f"The test images of {name} weren't there when this page was made"
    logger.info("computing codes and errors of test images")
    return known_images.measure(test, card, runnable), ""
