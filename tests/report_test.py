"""`python -m kerasae.report`: every figure of a run, and probes that are computed once."""

import shutil
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from kerasae import files, registry
from kerasae.jobs import report
from kerasae.run_dir import RunDir

PROBES = registry.names("kerasae.probes")
OF_PROBES = {
    name
    for name in registry.names(registry.PLOTS)
    if all(need.startswith("probes/") for need in registry.load(registry.PLOTS, name, "").NEEDS)
}


def copied(finished, path):
    shutil.copytree(finished.path, path)
    return RunDir(path)


def pictures(outcome):
    """The pictures that a command says it has drawn."""
    return [path for path in map(Path, outcome.err.splitlines()) if path.suffix == ".png"]


@pytest.fixture(scope="module")
def reported(cli, finished, tmp_path_factory):
    """`(run, outcome)` of a run with a readout, all its figures drawn."""
    run = copied(finished, tmp_path_factory.mktemp("reported") / "run")
    outcome = cli("readout", f"--run_dir={run.path}", "--heads=ridge", "--nobaselines")
    assert outcome.code == 0, outcome.err
    outcome = cli("report", f"--run_dir={run.path}")
    assert outcome.code == 0, outcome.err
    return run, outcome


def test_all_figures_that_the_run_has_the_files_for(reported):
    run, outcome = reported
    paths = pictures(outcome)
    # No prior is known of a run that isn't variational.
    drawn = OF_PROBES - {"prior_samples"} | {"confusion", "loss_by_epoch"}
    assert {path.stem for path in paths} == drawn
    assert {path.parent for path in paths} == {run.figures}
    for path in paths:
        assert matplotlib.image.imread(path)[..., :3].std() > 0.01, f"{path} is blank"
    assert not list(run.path.rglob(f"{files.SCRATCH}*"))


def test_what_can_not_be_drawn_is_left_out_aloud(reported):
    _, outcome = reported
    left_out = {line.split(" ")[0] for line in outcome.err.splitlines() if "is left out" in line}
    assert left_out == {"label_efficiency", "layer_accuracy"}
    assert "kerasae.readout --labels_per_class makes it" in outcome.err


def test_the_run_stays_what_it_was(reported, finished):
    for path in (finished.model, finished.history, finished.metrics, finished.config):
        assert (reported[0].path / path.name).read_bytes() == path.read_bytes()


def test_probes_are_computed_once(reported, cli, monkeypatch):
    run, _ = reported
    probes = {path: path.stat().st_mtime_ns for path in run.probes.iterdir()}
    needed = {need for name in OF_PROBES for need in registry.load(registry.PLOTS, name, "").NEEDS}
    assert {f"probes/{path.name}" for path in probes} == needed
    monkeypatch.setattr(report, "open_run", lambda run: pytest.fail("the model is not needed"))
    outcome = cli("report", f"--run_dir={run.path}", "--figures=code_map,filters_layer_1")
    assert outcome.code == 0, outcome.err
    assert {path: path.stat().st_mtime_ns for path in run.probes.iterdir()} == probes
    assert [path.stem for path in pictures(outcome)] == ["code_map", "filters_layer_1"]


def test_only_the_probes_that_a_figure_needs(cli, finished, tmp_path):
    run = copied(finished, tmp_path / "run")
    shutil.rmtree(run.probes)
    outcome = cli("report", f"--run_dir={run.path}", "--figures=filters_layer_1")
    assert outcome.code == 0, outcome.err
    assert [path.name for path in run.probes.iterdir()] == ["kernels.npz"]
    with np.load(run.probes / "kernels.npz", allow_pickle=False) as arrays:
        assert "kernel_1" in arrays


class TestRefused:
    @pytest.mark.parametrize(
        ("flags", "message"),
        [
            ([], "--run_dir must be given."),
            (["--run_dir=RUN", "--figures="], "--figures must name at least one."),
            (["--run_dir=RUN", "--figures=code_map,nosuch"], "code_map, confusion"),
        ],
    )
    def test_flags(self, cli, finished, flags, message):
        flags = [flag.replace("RUN", str(finished.path)) for flag in flags]
        outcome = cli("report", *flags)
        assert (outcome.code, outcome.out) == (2, "")
        assert message in outcome.complaint

    @pytest.mark.parametrize(
        ("figure", "need"),
        [
            ("confusion", "readouts"),
            ("layer_accuracy", "readouts"),
            ("confusion_vs_published", "readouts"),
        ],
    )
    def test_a_figure_of_results_that_are_not_there(self, cli, finished, tmp_path, figure, need):
        """Before any probe is computed, and with the command to type."""
        run = copied(finished, tmp_path / "run")
        shutil.rmtree(run.probes)
        outcome = cli("report", f"--run_dir={run.path}", f"--figures=code_map,{figure}")
        assert outcome.code == 2
        assert f"The figure {figure} needs {need} in {run.path}." in outcome.complaint
        assert f"python -m kerasae.readout --run_dir={run.path}" in outcome.complaint
        assert not run.probes.exists()

    def test_a_figure_that_this_run_can_not_have(self, cli, reported):
        run, _ = reported
        outcome = cli("report", f"--run_dir={run.path}", "--figures=confusion_vs_published")
        assert outcome.code == 2
        assert "can't be drawn" in outcome.complaint
        assert "repeats no experiment with published confusion matrices" in outcome.complaint

    def test_a_table_that_another_flag_makes(self, cli, reported):
        run, _ = reported
        outcome = cli("report", f"--run_dir={run.path}", "--figures=label_efficiency")
        assert outcome.code == 1
        assert "kerasae.readout --labels_per_class makes it" in outcome.complaint

    def test_a_probe_that_fails_leaves_nothing(self, cli, finished, tmp_path, monkeypatch):
        from kerasae.probes import kernels

        def fail(*_):
            raise OSError("No space left on device")

        run = copied(finished, tmp_path / "run")
        monkeypatch.setattr(kernels, "compute", fail)
        outcome = cli("report", f"--run_dir={run.path}", "--figures=filters_layer_1")
        assert outcome.code == 1
        assert f"The probe kernels of {run.path} can't be made: No space left" in outcome.err
        assert not (run.probes / "kernels.npz").exists()
