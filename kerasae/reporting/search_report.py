"""Draws what a search shows and writes its page."""

from pathlib import Path

from kerasae import afterwards, registry
from kerasae.config import RunError
from kerasae.figures import drawing
from kerasae.reporting import search_importance, search_page
from kerasae.tuning.open_search import Search

IMPORTANCE = "importance"  # the picture that is made from `importance.csv`


def write(search: Search) -> Path:
    """Draws every picture that can be drawn and writes `report/index.html`.

    Also writes `importance.csv` where enough trials have completed. For what
    can't be drawn yet the page has the reason.

    Args:
        search: As it is on disk, at any moment of the search.

    Returns:
        The page's path.
    """
    left_out = {}
    try:
        search_importance.write(search)
    except RunError as error:
        left_out[IMPORTANCE] = str(error)
    for name in registry.names(registry.SEARCH_PLOTS):
        if name in left_out:
            continue
        with afterwards.attempt(f"The picture {name} of {search.path}"):
            try:
                drawing.draw_of_search(search, name)
            except RunError as error:
                left_out[name] = str(error)
    return search_page.write(search, left_out)
