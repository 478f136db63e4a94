"""Results are kept and reported, whatever fails after them; what is missing is made later."""

import importlib

import pytest
from run_copies import copied

from kerasae.config import RunError
from kerasae.figures import drawing
from kerasae.reporting import search_report
from kerasae.run_dir import RunDir
from kerasae.runs import metrics
from kerasae.tuning.open_search import open_search

pytestmark = pytest.mark.slow

TRAIN_FIGURES = ("loss_by_epoch", "reconstructions")


def fail(*_, **__):
    raise ValueError("no room\nfor it")


def test_training(train, small_run, tmp_path, monkeypatch):
    """The run is finished and measured; going on makes the rest, with the same numbers."""
    run = RunDir(tmp_path / "run")
    flags = (*small_run, "--epochs=1", f"--run_dir={run.path}")
    with monkeypatch.context() as broken:
        broken.setattr("kerasae.exporting.targets.saved_model.check", fail)
        broken.setattr(drawing, "draw_plot", fail)
        outcome = train(*flags)
    assert outcome.code == 1
    assert f"{run.path}: " in outcome.out
    assert "test MSE" in outcome.out
    for what in ("The SavedModel", *(f"The figure {name}" for name in TRAIN_FIGURES)):
        assert f"kerasae: {what} of {run.path} can't be made: no room\n" in outcome.err
    assert "Traceback" not in outcome.err
    assert run.finished
    assert not run.saved_model.exists()

    measured = metrics.read(run)
    outcome = train(*flags, "--resume")
    assert outcome.code == 0, outcome.err
    assert (run.saved_model / "saved_model.pb").is_file()
    assert {path.stem for path in run.figures.iterdir()} == set(TRAIN_FIGURES)
    assert metrics.read(run) == measured


@pytest.mark.parametrize(
    ("verb", "flags", "result", "shown"),
    [
        (
            "readout",
            ("--heads=ridge", "--nobaselines"),
            "readouts/digits/ridge-*/result.json",
            "ridge",
        ),
        ("evaluate", ("--measures=clustering",), "evaluation/clustering/*.json", "Rand"),
        ("report", ("--figures=loss_by_epoch",), "report/index.html", "index.html"),
    ],
)
def test_figures_that_fail(cli, finished, tmp_path, monkeypatch, verb, flags, result, shown):
    run = copied(finished, tmp_path / "run")
    job = importlib.import_module(f"kerasae.jobs.{verb}")
    monkeypatch.setattr(job, "draw" if hasattr(job, "draw") else "draw_plot", fail)
    outcome = cli(verb, f"--run_dir={run.path}", *flags)
    assert outcome.code == 1
    assert shown in outcome.out
    assert list(run.path.glob(result))
    assert "Traceback" not in outcome.err
    assert outcome.err.splitlines()[-1].startswith("kerasae: The figure ")
    assert outcome.err.rstrip().endswith(f" of {run.path} can't be made: no room")


def test_a_measure_that_fails(cli, finished, tmp_path, monkeypatch):
    """The others are taken all the same; alone, it is the command's own failure."""
    run = copied(finished, tmp_path / "run")
    monkeypatch.setattr("kerasae.evaluation.measures.clustering.compute", fail)
    flags = (f"--run_dir={run.path}", "--max_test_images=30")
    outcome = cli("evaluate", *flags, "--measures=clustering,reconstruction")
    assert outcome.code == 1
    assert "reconstruction" in outcome.out.lower() and "Rand" not in outcome.out
    assert f"kerasae: The measure clustering of {run.path} can't be made: no room\n" in outcome.err
    assert [path.name for path in run.evaluation.iterdir() if path.is_dir()] == ["reconstruction"]
    outcome = cli("evaluate", *flags, "--measures=clustering")
    assert (outcome.code, outcome.out) == (1, "")
    assert "kerasae: Unforeseen ValueError: no room" in outcome.err


def test_a_probe_that_fails(cli, finished, tmp_path, monkeypatch):
    run = copied(finished, tmp_path / "run")
    monkeypatch.setattr("kerasae.probes.kernels.compute", fail)
    outcome = cli("report", f"--run_dir={run.path}", "--figures=filters_layer_1,loss_by_epoch")
    assert outcome.code == 1
    assert (run.path / "report" / "index.html").is_file()
    assert outcome.err.splitlines()[-2:] == [
        f"kerasae: The probe kernels of {run.path} can't be made: no room",
        f"kerasae: The figure filters_layer_1 of {run.path} can't be made: The figure "
        f"filters_layer_1 needs probes/kernels.npz in {run.path}.",
    ]


def test_a_search_whose_pictures_fail_has_its_page(fake_search, tmp_path, monkeypatch, caplog):
    folder = fake_search(tmp_path / "search")
    monkeypatch.setattr("kerasae.figures.search_plots.progress.draw", fail)
    page = search_report.write(open_search(folder))
    assert page.is_file()
    (error,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert error == f"The picture progress of {folder} can't be made: no room"


def test_a_picture_that_can_not_be_drawn_yet_is_no_failure(fake_search, tmp_path, caplog):
    folder = fake_search(tmp_path / "search", trials=1)
    with pytest.raises(RunError):
        drawing.draw_of_search(open_search(folder), "importance")
    search_report.write(open_search(folder))
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
