"""Images of a user's own through every verb, from the command lines."""

import json
import shutil

import numpy as np
import own_images
import pytest

from kerasae.run_dir import RunDir

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("blank_figures")]

SMALL = (
    "--epochs=1", "--model.filters=2", "--model.kernel_sizes=3", "--model.dense_sizes=",
    "--model.latent_dim=3",
)  # fmt: skip
NAMES = ("a b", "q\"u'o;te", "new\nline", "日本", r"$\frac$", "a:b")


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """Colour pictures of two sizes in a folder and class folders with names of all kinds."""
    folder = tmp_path_factory.mktemp("own") / 'my: "pict\'ures" 日本 $\\frac$'
    draw = np.random.default_rng(0)
    for name in NAMES:
        for number in range(10):
            shape = (12, 8 + number % 2 * 4, 3)
            image = draw.integers(0, 256, shape, np.uint8)
            own_images.write_picture(folder / name / f"{name} {number}.png", image)
    return folder


@pytest.fixture(scope="module")
def run(odd, train, tmp_path_factory):
    """Trained by a relative path, on images that were decoded into a file."""
    top = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(odd.parent)
        outcome = train(
            f"--dataset=folder:{odd.name}", "--image_size=8", "--fit=crop", "--channels=grey",
            "--memory_budget_mb=0", *SMALL, f"--run_dir={top / 'run'}",
        )  # fmt: skip
    assert outcome.code == 0, outcome.err
    return RunDir(top / "run")


def test_the_run_says_where_its_images_lie(run, odd):
    settings = json.loads(run.config.read_text())["settings"]["data"]
    assert settings["dataset"] == f"folder:{odd}"
    assert (settings["fit"], settings["channels"]) == ("crop", "grey")


@pytest.mark.parametrize(
    "command",
    [
        "readout --heads=ridge --nobaselines",
        "readout --heads=ridge --nobaselines --dataset=csv:OWN/paths.csv",
        "readout --heads=ridge --nobaselines --dataset=npz:OWN/arrays.npz",
        "evaluate --measures=reconstruction,anomaly --other_dataset=folder:OWN/split "
        "--max_test_images=40",
        "report",
        "encode --out=OUT/codes.npz",
        "export --name=small --targets=keras --out=OUT",
        "compare --run_dirs=RUN --out=OUT/table",
        "train --flagfile=RUN/flags.txt --resume",
    ],
)
def test_every_verb_from_another_folder(
    run, command, cli, tmp_path, own_images_folder, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    verb, *flags = [
        word.replace("OUT", str(tmp_path)).replace("RUN", str(run.path))
        .replace("OWN", str(own_images_folder))
        for word in command.split()
    ]  # fmt: skip
    if verb != "compare":
        flags = [f"--run_dir={run.path}", *flags]
    outcome = cli(verb, *flags)
    assert outcome.code == 0, outcome.err


def test_a_folder_that_was_moved(run, odd, cli, tmp_path, own_images_folder):
    # What was computed already needs no images.
    shutil.copytree(run.path, tmp_path / "run", ignore=shutil.ignore_patterns("probes"))
    copy, moved = f"--run_dir={tmp_path / 'run'}", tmp_path / "moved"
    commands = (
        ("evaluate", copy, "--measures=reconstruction"),
        ("report", copy, "--figures=code_map"),
        ("train", copy, f"--flagfile={run.path / 'flags.txt'}", "--resume"),
    )
    odd.rename(moved)
    try:
        for command in commands:
            assert "isn't there" in cli(*command).complaint
            other = cli(*command, f"--dataset=folder:{own_images_folder / 'pictures'}")
            assert other.code == 2
            assert "is of other images than there are now" in other.complaint
            outcome = cli(*command, f"--dataset=folder:{moved}")
            assert outcome.code == 0, outcome.err
    finally:
        moved.rename(odd)


@pytest.mark.parametrize("dataset", ["folder:pictures", "npz:arrays.npz", "csv:digits_train.csv"])
def test_a_search(dataset, cli, tmp_path, own_images_folder, monkeypatch):
    monkeypatch.chdir(own_images_folder)
    space = tmp_path / "space.toml"
    space.write_text('["model.latent_dim"]\nchoices = [2]\n')
    outcome = cli(
        "search", f"--dataset={dataset}", *SMALL[:-1], f"--space={space}", "--tuner=grid",
        "--validation_fraction=0.2", f"--out={tmp_path / 'out'}",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err


def test_two_folders_of_one_name_have_runs_of_their_own(
    cli, own_images_folder, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for parent in ("a", "b"):
        shutil.copytree(own_images_folder / "pictures", tmp_path / parent / "same")
        outcome = cli("train", f"--dataset=folder:{parent}/same", *SMALL)
        assert outcome.code == 0, outcome.err
    assert len(list((tmp_path / "runs").iterdir())) == 2


class TestRefused:
    """One message, the right exit code, and no run directory."""

    def refuse(self, cli, tmp_path, code, *flags):
        outcome = cli("train", *flags, *SMALL, f"--run_dir={tmp_path / 'run'}")
        assert outcome.code == code
        assert not (tmp_path / "run").exists()
        return outcome.complaint

    def test_input(self, cli, tmp_path):
        empty = tmp_path / "empty"
        empty.mkdir()
        assert "holds no picture" in self.refuse(cli, tmp_path, 2, f"--dataset=folder:{empty}")
        assert "folder:/a" in self.refuse(cli, tmp_path, 2, "--dataset=/a")
        assert "Known: csv:FILE" in self.refuse(cli, tmp_path, 2, "--dataset=foldr:/a")

    def test_a_broken_picture(self, cli, tmp_path):
        own_images.write_folder(tmp_path / "own", 20)
        (tmp_path / "own" / "0" / "broken.png").write_bytes(b"")
        message = self.refuse(cli, tmp_path, 1, f"--dataset=folder:{tmp_path / 'own'}")
        assert "1 of 21 files can't be read" in message

    def test_sizes_that_differ(self, cli, tmp_path, odd):
        message = self.refuse(cli, tmp_path, 2, f"--dataset=folder:{odd}")
        assert "differ in size: say which with --image_size" in message


def test_unknown_kinds_are_refused_without_tensorflow(python, tmp_path):
    done = python(
        "import sys\n"
        "from kerasae import cli, train\n"
        "sys.argv = ['train', *sys.argv[1:]]\n"
        "try:\n    cli.run(train.command_line, train.main)\n"
        "except SystemExit as end:\n"
        "    assert end.code == 2, end.code\n"
        "assert 'tensorflow' not in sys.modules\n",
        "--dataset=foldr:/x", f"--run_dir={tmp_path / 'run'}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "foldr" in done.stderr
