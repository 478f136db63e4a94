"""The results of an exported encoder, by dataset."""

import pytest

from kerasae import files
from kerasae.data.dataset_name import DatasetName
from kerasae.reporting import transfer_page
from kerasae.run_dir import RunDir


@pytest.mark.parametrize("typed", ["fashion_mnist", "fashion_mnist:3.0.1"])
def test_a_dataset_has_one_name_however_it_was_typed(tmp_path, typed):
    run = RunDir(tmp_path)
    folder = run.readouts / DatasetName.parse(typed).path_part
    result = {"dataset": "fashion_mnist:3.0.1", "accuracy": 0.8, "classes": ["boot", "coat"]}
    files.write_json(folder / "linear.json", result)
    baselines = {"accuracy": {"pca": {"linear": 0.7, "ridge": 0.6}}}
    files.write_json(folder / "baselines.json", baselines)
    assert transfer_page.results(run).rows == (
        ("fashion_mnist:3.0.1", "linear readout", 0.8),
        ("fashion_mnist:3.0.1", "pca, linear readout", 0.7),
        ("fashion_mnist:3.0.1", "pca, ridge readout", 0.6),
    )
