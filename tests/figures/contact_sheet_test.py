"""A contact sheet of images of any size and colour, under any name."""

import matplotlib.image
import numpy as np

from kerasae.figures import contact_sheet, drawing


def picture(path, rows, title="pets"):
    drawing.save(path, lambda: contact_sheet.draw(rows, title, "The first images."))
    return matplotlib.image.imread(path)[..., :3]


def solid(height, width, *colour):
    return np.tile(np.array(colour, np.uint8), (height, width, 1))


def test_colours_stay_and_grey_is_grey(tmp_path):
    found = picture(tmp_path / "sheet.png", [("red", [solid(4, 4, 255, 0, 0)]),
                                             ("grey", [solid(6, 3, 128)])])  # fmt: skip
    colours = {tuple(colour) for colour in np.rint(found.reshape(-1, 3) * 255).astype(int).tolist()}
    assert {(255, 0, 0), (128, 128, 128), (255, 255, 255)} <= colours


def test_names_are_shown_as_they_are(tmp_path):
    names = (r"$\frac$", "a\nb", "long " * 100, "", "日本")
    rows = [(name, [solid(2, 2, 9)] * 30) for name in names]
    assert picture(tmp_path / "sheet.png", rows, r"$\frac$").size


def test_more_images_than_a_row_holds_go_on_below():
    figure = contact_sheet.draw([("one", [solid(5, 5, 9)] * 25)], "pets", "")
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["one", "", ""]
