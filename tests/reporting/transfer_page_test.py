"""The results of an exported encoder, by dataset."""

from made_records import spec, write_readout

from kerasae.reporting import transfer_page
from kerasae.run_dir import RunDir


def test_every_readout_stands_under_its_dataset_with_its_labels(tmp_path):
    run, fashion = RunDir(tmp_path), spec("fashion_mnist:3.0.1")
    write_readout(run, fashion, "linear", 0.8)
    write_readout(run, fashion, "linear", 0.75, max_examples=100, train_images=100)
    write_readout(run, fashion, "ridge", 0.6, features_of="baselines/pca")
    write_readout(run, spec("mnist:3.0.1"), "linear", 0.9)
    table = transfer_page.results(run)
    assert table.columns == ("dataset", "readout", "labels", "accuracy")
    assert table.rows == (
        ("fashion_mnist:3.0.1", "linear readout", 60_000, 0.8),
        ("fashion_mnist:3.0.1", "linear readout", 100, 0.75),
        ("mnist:3.0.1", "linear readout", 60_000, 0.9),
        ("fashion_mnist:3.0.1", "ridge readout, of PCA", 60_000, 0.6),
    )
