"""What a measure found, in its files and for its readers."""

import errno
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from run_copies import content

from kerasae import files
from kerasae.config import RunError
from kerasae.evaluation import measured
from kerasae.evaluation.measured import Measured, ShownTable, identifier, unit_of
from kerasae.run_dir import RunDir
from kerasae.tables import Table

MEASURE = SimpleNamespace(TITLE="Luck", UNITS={"area_*": "of one"})


def written(tmp_path, **found):
    """The record of a measure with one number, read back."""
    run = RunDir(tmp_path)
    found = Measured({"area_code": 0.5}, {"chance": 0.1}, **found)
    measured.write(run, "luck", MEASURE, found, {"seed": 2}, "key")
    assert measured.names(run) == ("luck",)
    return measured.read(run, "luck")


def test_a_number_is_a_row_and_a_column_unless_the_measure_has_its_own(tmp_path):
    record = written(tmp_path)
    assert (record.title, record.key) == ("Luck", "key")
    assert record.settings == {"seed": 2, "chance": 0.1}
    assert record.table == ShownTable(
        ("measure", "ours", "unit"), (("area code", 0.5, "of one"),), by_row=True
    )
    assert record.comparison == {"run": {"area code": 0.5}}


def test_a_measure_may_have_its_own_table_and_comparison(tmp_path):
    shown = Table("", ("what", "how much"), (("luck", float("nan")),))
    record = written(tmp_path, shown=shown, compared={})
    assert record.table == ShownTable(("what", "how much"), (("luck", None),))
    assert record.comparison == {}


def test_classifiers_numbers_go_to_their_owners():
    assert measured.of_classifiers({"half size": {"ffn": 0.1, "mean image linear": 0.2}}) == {
        "run": {"half size, feed-forward readout": 0.1},
        "mean image": {"half size, linear readout": 0.2},
    }


def test_units_are_found_by_pattern():
    units = {"area_*": "of one", "area": "whole"}
    assert unit_of("area_x", units) == "of one"
    assert unit_of("area", units) == "whole"
    with pytest.raises(KeyError, match="no unit for length"):
        unit_of("length", units)
    assert identifier("pca linear") == "pca_linear"


@pytest.fixture
def run(tmp_path):
    """A run with one measure, its table and its arrays."""
    run = RunDir(tmp_path)
    write(run, 0.5)
    return run


def write(run, luck, key="key"):
    found = Measured(
        {"area_code": luck}, {}, {"throws": [{"throw": 1, "luck": luck}]}, {"all": np.arange(5)}
    )
    measured.write(run, "luck", MEASURE, found, {}, key)


def test_tables_and_arrays_lie_beside_the_result(run):
    assert measured.read_table(run, "luck", "throws") == [{"throw": "1", "luck": "0.5"}]
    np.testing.assert_array_equal(measured.read_arrays(run, "luck")["all"], np.arange(5))


@pytest.mark.parametrize("name", ["throws.csv", "arrays.npz"])
def test_a_file_that_was_changed_is_refused_with_the_command(run, name):
    path = run.evaluation / "luck" / name
    changed = bytearray(path.read_bytes())
    changed[-1] ^= 1
    path.write_bytes(changed)
    read = {
        "throws.csv": lambda: measured.read_table(run, "luck", "throws"),
        "arrays.npz": lambda: measured.read_arrays(run, "luck"),
    }
    with pytest.raises(RunError, match=rf"{name} was changed .*--measures=luck --again measures"):
        read[name]()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"measure": "luck"}'])
def test_a_damaged_record_is_refused_with_the_command(run, content):
    (run.evaluation / "luck" / measured.RESULT).write_text(content)
    with pytest.raises(RunError, match=r"result\.json is damaged.*--measures=luck --again measure"):
        measured.read(run, "luck")


def test_a_changed_number_is_refused(run):
    path = run.evaluation / "luck" / measured.RESULT
    path.write_text(path.read_text().replace("0.5", "0.6"))
    with pytest.raises(RunError, match="was changed since kerasae wrote it"):
        measured.read(run, "luck")


@pytest.mark.parametrize("failing", ["savez_compressed", "checksum"])
def test_the_old_result_stays_where_the_new_one_fails(run, monkeypatch, failing):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = content(run)
    monkeypatch.setattr(np if failing == "savez_compressed" else files, failing, full)
    with pytest.raises(OSError, match="No space left"):
        write(run, 0.9, "other key")
    assert content(run) == before
    assert measured.read(run, "luck").key == "key"


def test_the_result_of_one_measure_is_not_another_s(run):
    shutil.copytree(run.evaluation / "luck", run.evaluation / "noise")
    with pytest.raises(RunError, match=r"noise.*is of the measure luck"):
        measured.read(run, "noise")
