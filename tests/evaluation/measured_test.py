"""What a measure found, in its files and for its readers."""

from types import SimpleNamespace

import pytest

from kerasae import files
from kerasae.evaluation import measured
from kerasae.evaluation.measured import Measured, identifier, unit_of
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
    assert (record["title"], record["key"]) == ("Luck", "key")
    assert record["settings"] == {"seed": 2, "chance": 0.1}
    assert record["table"] == {
        "columns": ["measure", "ours", "unit"], "rows": [["area code", 0.5, "of one"]]
    }  # fmt: skip
    assert record["comparison"] == {"run": {"area": 0.5}}


def test_a_measure_may_have_its_own_table_and_comparison(tmp_path):
    shown = Table("", ("what", "how much"), (("luck", float("nan")),))
    record = written(tmp_path, shown=shown, compared={})
    assert record["table"] == {"columns": ["what", "how much"], "rows": [["luck", None]]}
    assert record["comparison"] == {}


def test_the_owner_is_read_from_a_numbers_name():
    numbers = {
        "noise_threshold_occlusion_linear": 0.1,
        "noise_threshold_occlusion_pixels_linear": 0.2,
        "clustering_ari_code": 0.3,
        "anomaly_ap_noise_mean_image": 0.4,
    }
    assert measured.comparison(numbers) == {
        "run": {"noise threshold occlusion linear": 0.1, "clustering ari": 0.3},
        "pixels": {"noise threshold occlusion linear": 0.2},
        "mean image": {"anomaly ap noise": 0.4},
    }


def test_units_are_found_by_pattern():
    units = {"area_*": "of one", "area": "whole"}
    assert unit_of("area_x", units) == "of one"
    assert unit_of("area", units) == "whole"
    with pytest.raises(KeyError, match="no unit for length"):
        unit_of("length", units)
    assert identifier("pca linear") == "pca_linear"


def test_a_record_of_an_older_kerasae_is_refused_with_the_command(tmp_path):
    run = RunDir(tmp_path)
    files.write_json(run.evaluation / "luck.json", {"summary": {}, "settings": {}})
    with pytest.raises(files.RunError, match=r"older kerasae; .*--measures=luck --again measures"):
        measured.read(run, "luck")
