"""A run beside the experiment that it repeats."""

import made_records
import pytest

from kerasae.published import experiments
from kerasae.reporting import against_published, story
from kerasae.run_dir import RunDir
from kerasae.runs import record, settings


def recorded(tmp_path, name, dataset, **facts):
    """A run of an experiment's settings, as its files record it."""
    run = RunDir(tmp_path)
    known = experiments.load(name)
    made_records.write_run(
        run,
        **{
            "settings": settings.to_json(known.config(0, {"dataset": dataset})),
            "dataset": made_records.spec(dataset),
            "test_images": 9,
            "classes": tuple(known.classes),
            "image_shape": tuple(known.image_shape),
            "train_images": known.train_images,
            **facts,
        },
    )
    made_records.write_metrics(run)
    return run


@pytest.mark.parametrize("dataset", ["mnist", "mnist:3.0.1"])
@pytest.mark.parametrize("name", experiments.names())
def test_the_published_experiment_differs_in_nothing(tmp_path, name, dataset):
    table = against_published.differences(recorded(tmp_path, name, dataset))
    assert table.rows == ((against_published.NO_DIFFERENCE, None, None),)


def test_what_differs_on_the_digits(tmp_path):
    run = recorded(tmp_path, "cognition", "digits", train_images=1437)
    assert against_published.differences(run).rows == (
        ("dataset", "mnist", "digits"),
        ("training images", 60_000, 1437),
        ("--epochs", "5", "60"),
        ("--batch_size", "100", "32"),
    )


def test_the_published_time_stands_beside_ours(tmp_path):
    table = against_published.overview(recorded(tmp_path, "ones_and_eights", "mnist"))
    assert table.columns == ("", "published", "ours")
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["training time"] == ("about 2 hours", "2 min 05 s")
    assert rows["epochs"] == (300, 300)
    assert rows["image"] == ("36×36×1", "36×36×1")
    assert rows["test images"] == (None, 9)


def test_choices_show_the_settings_of_the_run(tmp_path):
    stored = record.read(recorded(tmp_path, "cognition", "digits")).settings
    chosen = dict(story.choose(stored).choices)
    assert "--learning_rate=0.004 " in chosen["Learning rate"]


def test_a_run_of_ones_own_has_no_published_column(finished):
    assert against_published.overview(finished).columns == ("", "")
