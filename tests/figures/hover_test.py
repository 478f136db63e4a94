import numpy as np

from kerasae.figures import hover, style
from kerasae.figures.hover import HOVER, Mark


def said(figure):
    return hover.decode(hover.metadata(figure)[HOVER].encode()).marks


def test_a_mark_without_a_place_is_left_out():
    figure = style.figure(2, 2)
    axes = figure.add_subplot()
    axes.plot([0, 1, 2], [0.5, np.nan, 0.25])
    figure.marks += [
        Mark("epoch 1", [(axes, (0, 0.5))]),
        Mark("epoch 2", [(axes, (1, np.nan))]),
        Mark("both", [(axes, (1, np.nan)), (axes, (2, 0.25))]),
    ]
    first, both = said(figure)
    assert (first.text, len(first.at)) == ("epoch 1", 1)
    assert (both.text, len(both.at)) == ("both", 1)
