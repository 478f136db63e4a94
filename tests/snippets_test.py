"""What README.md and the guides show does what they say, as it stands there."""

import shutil

import documents
import own_images
import plugins
import pytest
import shortcuts
from documents import GUIDES, README, ROOT

from kerasae import commands, registry

# A guide shows a plug-in as a file of its own.
PLUGIN = ROOT / "docs" / "guides" / "nearest_mean.py"
# What a command of the README ends with.
TIMES = ("# seconds", "# minutes", "# minutes a seed", "# hours", "# until Ctrl-C")
# What trainings are given behind a guide's own flags.
SHORT = ("--epochs=1", "--max_examples=200")


@pytest.fixture
def place(made_once, train, tmp_path, monkeypatch):
    """A folder with the run and the export that the README speaks of."""

    def make(folder):
        small = ("--model.filters=2", "--model.kernel_sizes=3", "--model.dense_sizes=")
        outcome = train("--dataset=digits", "--epochs=1", "--max_examples=100", *small,
                        f"--run_dir={folder / 'run'}")  # fmt: skip
        assert outcome.code == 0, outcome.err

    run = made_once("run_of_the_readme", make) / "run"
    links = {
        "runs/cognition": run,
        "saved_models/cognition": ROOT / "saved_models" / "cognition",
    }
    for name, target in links.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_python_of_the_readme_stands_alone(place):
    snippets = [piece for piece in documents.pieces(README) if piece.language == "python"]
    assert len(snippets) >= 3
    for snippet in snippets:
        exec(compile(snippet.text, snippet.where, "exec"), {})


@pytest.mark.slow
def test_short_commands_of_the_readme_run(place, cli):
    """Those that say `# seconds`, from top to bottom."""
    run = place / "runs" / "cognition"
    shared = run.resolve()
    run.unlink()
    shutil.copytree(shared, run)
    shutil.copytree(shared, place / "runs" / "cognition-seeds" / "seed-0")
    own_images.write_folder(place / "pictures")
    shells = [piece for piece in documents.pieces(README) if piece.language == "sh"]
    commands = [command for piece in shells for command in piece.commands(marked="# seconds")]
    commands = [one for one in commands if "--dataset=mnist" not in one[1]]  # It may not be here.
    assert len(commands) >= 8
    with shortcuts.numbers_only(), shortcuts.blank_figures():
        for verb, flags in commands:
            outcome = cli(verb, *flags)
            assert outcome.code == 0, f"{verb} {flags}: {outcome.err}"


def test_every_command_of_the_readme_says_how_long_it_takes():
    for piece in documents.pieces(README):
        if piece.language == "sh":
            told = [piece.commands(marked=word) for word in TIMES]
            assert sum(map(len, told)) == len(piece.commands()), piece.where


@pytest.mark.parametrize(
    ("verb", "flags"),
    [
        pytest.param(verb, flags, id=f"{piece.where}-{verb}")
        for piece in documents.pieces(README)
        if piece.language == "sh"
        for verb, flags in piece.commands()
    ],
)
def test_commands_of_the_readme_are_understood(verb, flags, monkeypatch):
    """Those that train for hours included; their flags, flagfiles and plug-ins are looked up."""
    monkeypatch.chdir(ROOT)
    assert verb in commands.names()
    made_before = "--flagfile=runs/search/best.flags"
    commands.load(verb).command_line().parse([verb, *(f for f in flags if f != made_before)])


@pytest.mark.slow
@pytest.mark.usefixtures("blank_figures", "short_heads", "no_saved_model")
@pytest.mark.parametrize("guide", GUIDES, ids=lambda page: page.stem)
def test_a_guide_can_be_followed(guide, cli, tmp_path, monkeypatch):
    """From top to bottom in an empty folder, as it is read, but for shorter trainings."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "heads").mkdir()
    namespace = {}
    with plugins.added(registry.HEADS, tmp_path / "heads", nearest_mean=PLUGIN.read_text()):
        for piece in documents.pieces(guide):
            if piece.language == "python":
                exec(compile(piece.text, piece.where, "exec"), namespace)
                continue
            for verb, flags in piece.commands():
                outcome = cli(verb, *flags, *(SHORT if verb == "train" else ()))
                assert outcome.code == 0, f"{piece.where}: {outcome.err}"
