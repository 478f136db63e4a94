"""A page of the small export that other tests look at, too, made once."""

import dataclasses

import pytest

from kerasae.jobs import play
from kerasae.playground import browser_files, card, known_images, litert_js
from kerasae.playground.card import Card
from kerasae.playground.config import PlayConfig
from kerasae.playground.known_images import KnownImages
from kerasae.playground.site import Site


@dataclasses.dataclass(frozen=True)
class Shown:
    """An export and what is made of it."""

    config: PlayConfig
    card: Card
    known: KnownImages
    site: Site


@pytest.fixture(scope="session")
def shown(published, tmp_path_factory):
    """The page of an export with a readout."""
    config = PlayConfig(str(published[0]))
    facts = card.read(config.path)
    files = browser_files.prepare(config.path, facts, tmp_path_factory.mktemp("none"))
    known = known_images.measure(known_images.load(facts, None, None), facts, files)
    with play.page(config, facts) as site:
        yield Shown(config, facts, known, site)


@pytest.fixture(scope="session")
def litert():
    """Skips where LiteRT.js wasn't fetched."""
    if not litert_js.is_there():
        pytest.skip(f"LiteRT.js isn't here: {litert_js.COMMAND}")
