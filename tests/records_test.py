"""Records and tables: what is written is read again, and everything else is refused."""

import csv
import dataclasses
import json
import os

import numpy as np
import pytest
from strange_names import NAMES

from kerasae import csv_files, records
from kerasae.config import RunError


@dataclasses.dataclass(frozen=True)
class Part:
    name: str
    sizes: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True)
class Whole:
    accuracy: float
    part: Part
    count: int | None = None


WHOLE = Whole(0.5, Part("ä|<b>", (3, 4)), 7)


@pytest.fixture
def path(tmp_path):
    records.write(tmp_path / "whole.json", WHOLE)
    return tmp_path / "whole.json"


def damage(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


class TestRecord:
    def test_comes_back(self, path):
        assert records.read(path, Whole) == WHOLE

    def test_comes_back_of_numpy_numbers(self, tmp_path):
        whole = Whole(np.float32(0.5), Part("x", (np.int64(3),)))
        records.write(tmp_path / "a.json", whole)
        assert records.read(tmp_path / "a.json", Whole) == Whole(0.5, Part("x", (3,)))

    def test_as_json_is_what_comes_back_from_a_file(self, path):
        written = json.loads(path.read_text(encoding="utf-8"))
        del written[records.DIGEST]
        assert records.to_json(WHOLE) == written
        assert type(records.to_json(WHOLE)["part"]["sizes"]) is list

    def test_may_be_laid_out_anew(self, path):
        damage(path, lambda content: None)
        assert records.read(path, Whole) == WHOLE

    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_holds_no_number_that_is_none(self, tmp_path, value):
        with pytest.raises(ValueError, match="JSON"):
            records.write(tmp_path / "a.json", Whole(value, Part("x")))
        assert not (tmp_path / "a.json").exists()

    def test_changed_by_hand_is_refused(self, path):
        damage(path, lambda content: content.update(accuracy=0.9))
        with pytest.raises(RunError, match=r"whole\.json was changed"):
            records.read(path, Whole)

    def test_without_digest_is_refused_unless_others_vouch_for_it(self, path):
        damage(path, lambda content: content.pop(records.DIGEST))
        with pytest.raises(RunError, match="no digest"):
            records.read(path, Whole)
        assert records.read(path, Whole, sealed=False) == WHOLE

    @pytest.mark.parametrize(
        "text",
        ["", "{", "[]", "null", "1", "{}", '"x"', "[" * 100_000, '{"accuracy": 1e999}', "\0",
         "9" * 10_000, '{"accuracy": NaN}', '{"accuracy": "0.5", "part": {"name": "x"}}',
         '{"accuracy": 0.5, "part": []}', '{"accuracy": true, "part": {"name": "x"}}'],
    )  # fmt: skip
    def test_of_another_shape_is_refused(self, path, text):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(RunError, match=r"whole\.json is damaged"):
            records.read(path, Whole)

    def test_of_bad_bytes_is_refused(self, path):
        path.write_bytes(b"\xff\xfe{}")
        with pytest.raises(RunError, match=r"whole\.json is damaged: it is no UTF-8"):
            records.read(path, Whole)

    def test_that_is_no_file_is_refused(self, path):
        path.unlink()
        with pytest.raises(RunError, match="is missing"):
            records.read(path, Whole)
        path.symlink_to("nowhere")
        with pytest.raises(RunError, match="is missing"):
            records.read(path, Whole)
        path.unlink()
        path.mkdir()
        with pytest.raises(RunError, match="no regular file"):
            records.read(path, Whole)

    def test_a_pipe_is_refused_and_not_waited_for(self, path):
        path.unlink()
        os.mkfifo(path)
        with pytest.raises(RunError, match="no regular file"):
            records.read(path, Whole)


@dataclasses.dataclass(frozen=True)
class Line:
    head: str
    accuracy: float
    epoch: int | None = None


@dataclasses.dataclass(frozen=True)
class Measured:
    name: str
    val_mse: float | None
    mse: float


class TestTable:
    def test_comes_back(self, tmp_path):
        rows = [Line("a,b", 0.1, 3), Line('"', 1e-9)]
        records.write_table(tmp_path / "a.csv", Line, rows)
        assert records.read_table(tmp_path / "a.csv", Line) == rows

    def test_an_empty_cell_is_none_where_that_may_be(self, tmp_path):
        rows = [Measured("a", None, 0.5), Measured("b", 0.5, None)]
        records.write_table(tmp_path / "a.csv", Measured, rows)
        with pytest.raises(RunError, match="line 3"):
            records.read_table(tmp_path / "a.csv", Measured)
        records.write_table(tmp_path / "a.csv", Measured, rows[:1])
        assert records.read_table(tmp_path / "a.csv", Measured) == rows[:1]

    def test_names_come_back_and_are_no_formulas(self, tmp_path):
        rows = [Line(name, -0.5) for name in NAMES]
        records.write_table(tmp_path / "a.csv", Line, rows)
        assert records.read_table(tmp_path / "a.csv", Line) == rows
        stored = csv_files.read(tmp_path / "a.csv")
        assert [row["head"] for row in stored] == list(NAMES)
        with (tmp_path / "a.csv").open(newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert {cell for cell in cells if cell.startswith(("=", "+", "-", "@"))} == {"-1.5", "-0.5"}

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("", "no column 'head'"),
            ("head,epoch\n", "no column 'accuracy'"),
            ("head,accuracy,epoch\na,nan,\n", "line 2: accuracy is nan"),
            ("head,accuracy,epoch\na,1e999,\n", "line 2"),
            ("head,accuracy,epoch\na,0.5,\nb,,\n", "line 3"),
            ("head,accuracy,epoch\na,0.5,1.5\n", "line 2"),
            ("head,accuracy,epoch\na,0.5\n", "another number of cells"),
            ("head,accuracy,epoch\na,0.5,1,2\n", "another number of cells"),
            (f"head,accuracy,epoch\n{'a' * 200_000},0.5,1\n", "line"),
            ("head,accuracy,epoch\n\0,x,1\n", "line"),
        ],
    )
    def test_damaged_is_refused(self, tmp_path, text, complaint):
        (tmp_path / "a.csv").write_text(text, encoding="utf-8")
        with pytest.raises(RunError, match=complaint):
            records.read_table(tmp_path / "a.csv", Line)
