"""Images as rows of a CSV table."""

import numpy as np
import own_images
import pytest

from kerasae.config import ConfigError, RunError
from kerasae.data import csv_layout, pixel_table
from kerasae.data.file_rows import FileRows

IMAGES, LABELS = own_images.digits(30)
ROWS = [[str(label), *map(str, image.ravel())] for label, image in zip(LABELS, IMAGES, strict=True)]
HEADING = ["label", *(f"pixel{number}" for number in range(64))]


@pytest.fixture
def write(tmp_path):
    def write(*rows, ending="\n", encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes((ending.join(map(",".join, rows)) + ending).encode(encoding))
        return path

    return write


def read(path, budget=2**20):
    return pixel_table.read(path, csv_layout.find(path), budget)


def require_digits(found):
    images, labels = found
    np.testing.assert_array_equal(images[:][..., 0], IMAGES)
    np.testing.assert_array_equal(labels, LABELS)


@pytest.mark.parametrize("heading", [(), (HEADING,), (["label", *map(str, range(64))],)])
@pytest.mark.parametrize("style", [{}, {"ending": "\r\n"}, {"encoding": "utf-8-sig"}])
def test_a_label_and_pixels(write, heading, style):
    require_digits(read(write(*heading, *ROWS, **style)))


def test_a_label_that_is_named_may_stand_anywhere(write):
    turned = [[*row[1:], row[0]] for row in (HEADING, *ROWS)]
    require_digits(read(write(*turned)))


def test_quoted_cells_empty_lines_and_blocks(write, monkeypatch):
    monkeypatch.setattr(pixel_table, "TOGETHER", 7)
    rows = [[f'"{cell}"' for cell in row] for row in ROWS]
    require_digits(read(write(HEADING, *rows[:10], [""], *rows[10:], [""])))


@pytest.mark.parametrize("budget", [0, 900, 1919])
def test_beyond_a_budget_they_lie_in_a_file(write, monkeypatch, tmp_path, budget):
    monkeypatch.setenv("KERASAE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(pixel_table, "TOGETHER", 7)
    found = read(write(HEADING, *ROWS), budget)
    assert isinstance(found[0], FileRows)
    require_digits(found)
    assert list((tmp_path / "cache").iterdir()) == []


def test_pixels_alone_have_no_labels(write):
    images, labels = read(write(*(row[1:] for row in ROWS)))
    np.testing.assert_array_equal(images[..., 0], IMAGES)
    assert labels is None


def test_three_times_a_square_is_rgb(write):
    rgb = np.random.default_rng(0).integers(0, 256, (4, 2, 2, 3))
    images, _ = read(write(*([str(n), *map(str, one.ravel())] for n, one in enumerate(rgb))))
    np.testing.assert_array_equal(images, rgb)


@pytest.mark.parametrize("heading", [False, True])
@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROWS[0][:-1], "line {line} has 64 cells, and the first row has 65"),
        ([*ROWS[0], "1"], "line {line} has 66 cells"),
        (["seven", *ROWS[0][1:]], r"line {line}, column 1: a label must be a whole number\. "
                                  r"Received: 'seven'\."),
        (["1.5", *ROWS[0][1:]], "line {line}, column 1: a label must be a whole number"),
        ([*ROWS[0][:-1], "256"], "line {line}, column 65: a pixel must be 0 to 255"),
        ([*ROWS[0][:-1], "-1"], "line {line}, column 65: a pixel"),
        ([*ROWS[0][:-1], "0.5"], "line {line}, column 65: a pixel"),
        ([*ROWS[0][:-1], ""], "line {line}, column 65: a pixel"),
        ([*ROWS[0][:-1], "9" * 5000], "line {line}, column 65: a pixel"),
    ],
)  # fmt: skip
def test_a_broken_row_is_named_by_its_line(write, monkeypatch, heading, row, message):
    monkeypatch.setattr(pixel_table, "TOGETHER", 7)
    path = write(*([HEADING] if heading else []), *ROWS[:19], row, *ROWS[19:])
    with pytest.raises(ConfigError, match=message.format(line=20 + heading)):
        read(path)


@pytest.mark.parametrize("rows", [[HEADING], [["label", "a", "b"], ["1", "2", "3"]]])
def test_tables_that_are_none(write, rows):
    with pytest.raises(ConfigError):
        read(write(*rows))


def test_no_text(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"\xff\xfe1,2,3\n")
    with pytest.raises(RunError, match=r"table\.csv is no UTF-8 text"):
        read(path)
