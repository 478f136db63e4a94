"""What holds for every figure."""

import io

import figure_layout
from matplotlib.text import Text

from kerasae.figures import drawing, hover, style


def check(plot, run):
    """The same picture twice, with readable text and a caption; returns the figure.

    Args:
        plot: The plug-in.
        run: A directory with all that it needs.
    """
    assert plot.__doc__.strip().splitlines()[0].endswith(".")
    assert plot.NEEDS
    assert all(isinstance(need, str) for need in plot.NEEDS)
    assert not drawing.missing(run, plot)
    assert drawing.unavailable(run, plot) is None
    figure = plot.draw(run)
    assert _png(figure) == _png(plot.draw(run))
    texts = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    assert texts
    assert min(text.get_fontsize() for text in texts) >= style.SMALL
    assert not figure_layout.faults(figure)
    _check_marks(figure)
    return figure


def _check_marks(figure):
    """Whatever is said is said of places in the picture, and survives the way through the file."""
    if not figure.marks:
        return
    said = hover.decode(hover.metadata(figure)[hover.HOVER].encode())
    assert len(said.marks) == len(figure.marks)
    for mark in said.marks:
        assert mark.text
        assert mark.at
        assert all(0 <= share <= 1 for place in mark.at for share in place)
        if mark.thumbnail is not None:
            assert 0 <= mark.thumbnail < len(figure.thumbnails)


def _png(figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, metadata={"Software": None})
    return file.getvalue()
