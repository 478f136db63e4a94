"""The command line of `kerasae.evaluate`."""

import contextlib
import io
import shutil
import sys
from unittest import mock

import pytest

from kerasae import cli, evaluate


def run(*flags):
    """`python -m kerasae.evaluate` in this process: exit code, both streams."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["kerasae.evaluate", *map(str, flags)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as exit_,
    ):
        cli.run(evaluate.command_line, evaluate.main)
    return exit_.value.code, out.getvalue(), err.getvalue()


def test_help_and_refusals_need_no_tensorflow(python, finished):
    done = python(
        "import sys\n"
        "from kerasae import cli, evaluate\n"
        "for flags in (['--help'], ['--measures=nose', f'--run_dir={sys.argv[1]}']):\n"
        "    sys.argv[1:] = flags\n"
        "    try:\n        cli.run(evaluate.command_line, evaluate.main)\n"
        "    except SystemExit as end:\n        print('exit', end.code)\n"
        "assert not {'tensorflow', 'keras', 'matplotlib', 'scipy'} & set(sys.modules)\n",
        finished.path,
    )
    assert done.returncode == 0, done.stderr
    assert "leave_one_class_out, noise" in " ".join(done.stdout.split())
    assert done.stdout.endswith("exit 2\n")
    assert "--measures must be one of all, anomaly, attack" in done.stderr


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--measures="], "--measures must name at least one."),
        (["--heads="], "--heads must name at least one."),
        (["--heads=liner"], "--heads must be one of ffn, knn, linear, ridge."),
        (["--max_test_images=1"], "--max_test_images must be 2 or more, at most"),
        (["--seed=-1"], "--seed must be 0 or more, below"),
        (["--seed=2147483648"], "--seed must be 0 or more, below 2147483648."),
        (["--other_dataset=digits"], "--other_dataset must differ from the run's own, digits."),
    ],
)
def test_mistakes_are_reported(flags, message, finished):
    code, out, err = run(f"--run_dir={finished.path}", *flags)
    assert (code, out) == (2, "")
    assert message in err
    assert not finished.evaluation.exists()


def test_a_run_that_is_missing_or_unfinished(finished, tmp_path):
    assert "--run_dir must be given" in run()[2]
    code, _, err = run(f"--run_dir={tmp_path}")
    assert code == 2 and "holds no run" in err
    shutil.copytree(finished.path, tmp_path / "run")
    (tmp_path / "run" / "metrics.json").unlink()
    code, _, err = run(f"--run_dir={tmp_path / 'run'}")
    assert code == 2
    assert "metrics.json missing" in err and "--resume" in err


def test_a_run_that_another_process_writes(finished, tmp_path, lock_holder):
    path = tmp_path / "run"
    shutil.copytree(finished.path, path)
    lock_holder(path)
    code, _, err = run(f"--run_dir={path}", "--measures=reconstruction")
    assert code == 1 and "Another process is writing" in err


def test_results_of_every_seed_on_stdout(finished, tmp_path):
    for seed in (0, 4):
        shutil.copytree(finished.path, tmp_path / f"seed-{seed}")
    code, out, err = run(f"--run_dir={tmp_path}", "--measures=reconstruction")
    assert code == 0, err
    first, second = out.removeprefix("seed 0:\n").split("seed 4:\n")
    assert first == second
    title, heads, *rows, note = first.splitlines()
    assert title == "Reconstruction beside that of as many principal components (PCA)"
    assert heads.split() == ["measure", "autoencoder", "PCA"]
    assert [row.split("  ")[0] for row in rows] == ["MSE per pixel", "PSNR, dB", "SSIM"]
    assert note.startswith("Means over 360 test images.")
    assert (tmp_path / "seed-4" / "evaluation" / "reconstruction" / "result.json").exists()
