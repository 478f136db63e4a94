"""Files and names that were made to do harm."""

import dataclasses
import random
from collections.abc import Callable
from pathlib import Path

from torture import content, hostile_files, images, outcome, process
from torture.stage import Sandbox, Stage
from torture.verbs import RUN, SMALL, VERBS

SENTENCE = "Nothing in a file or a name is run, read as a path or a program, or fills the memory"

ENCODE = VERBS["encode"].arguments
REPORT = ("report", RUN, "--figures=loss_by_epoch,confusion")
VERIFY = ("export", "--verify=saved_models/small/1")
SAVED_MODEL = "--saved_model=foreign"
FOREIGN = (
    ("encode", SAVED_MODEL, "--signature=encode", "--dataset=digits", "--max_examples=5",
     "--out=made.npz"),
    ("transfer", SAVED_MODEL, "--signature=encode", "--dataset=digits", "--max_examples=40",
     "--heads=ridge", "--labels_per_class=", "--nobaselines", "--out=transferred"),
)  # fmt: skip
# More than this while a bomb is refused means that it went off.
MEMORY = 2**30


@dataclasses.dataclass(frozen=True)
class Case:
    """One hostile input.

    Attributes:
        parts: What of the stage is there.
        make: Puts it into the folder.
        commands: That meet it; all must refuse it, or go on as if it were not there.
        refused: Whether they must refuse it.
    """

    parts: tuple[str, ...]
    make: Callable[[Path], None]
    commands: tuple[tuple[str, ...], ...]
    refused: bool = True


def _nothing(folder: Path) -> None:
    """The command itself is hostile."""


def _in_child(function: Callable[[Path], None]) -> Callable[[Path], None]:
    """Makes it in a child: TensorFlow's operations may not run in this process."""
    return lambda folder: process.call(function, folder)


def _train(*flags: str) -> tuple[tuple[str, ...], ...]:
    return (("train", *SMALL, "--run_dir=made", "--nodownload", *flags),)


BAD_FLAGS = {
    "dataset /": _train("--dataset=/"),
    "dataset ../..": _train("--dataset=../.."),
    "dataset with a line break": _train("--dataset=a\nb"),
    "dataset of 100,000 characters": _train("--dataset=" + "x" * 100_000),
    "epochs 10^30": _train(f"--epochs={10**30}"),
    "image size 10^12": _train(f"--image_size={10**12}"),
    "filters 10^9": _train(f"--model.filters={10**9},2"),
    "latent size 10^18": _train(f"--model.latent_dim={10**18}"),
    "latent size of 10,000 digits": _train("--model.latent_dim=" + "9" * 10_000),
    "batch size 10^18": _train(f"--batch_size={10**18}"),
    "learning rate 1e30": _train("--learning_rate=1e30"),
    "flagfile /dev/zero": (("train", "--flagfile=/dev/zero"),),
    "flagfile of itself": (("compare", "--flagfile=own.flags"),),
    "name with a path": (("export", RUN, "--name=../../escaped", "--targets=keras"),),
    "name with an escape": (("export", RUN, "--name=a\x1b[2Jb", "--targets=keras"),),
}
CASES: dict[str, Case] = {
    "a Lambda layer in a run's model": Case(
        ("run",), _in_child(hostile_files.lambda_model), (ENCODE, REPORT)
    ),
    "a path in a run's model": Case(("run",), hostile_files.path_member, (ENCODE,)),
    "a bomb as a run's model": Case(("run",), hostile_files.bomb, (ENCODE,)),
    "pickles in arrays": Case(("run",), hostile_files.pickles, (REPORT,), refused=False),
    "a SavedModel that writes a file": Case(
        (), _in_child(hostile_files.writes_file), FOREIGN
    ),
    "a SavedModel that reads a file": Case((), _in_child(hostile_files.reads_file), FOREIGN),
    "a SavedModel that calls Python": Case((), _in_child(hostile_files.calls_python), FOREIGN),
    "a version with another file": Case(("version",), hostile_files.added_file, (VERIFY,)),
    "a version with a link": Case(("version",), hostile_files.added_link, (VERIFY,)),
    "a version with a pipe": Case(("version",), hostile_files.added_pipe, (VERIFY,)),
    "a version without functions": Case(("version",), hostile_files.no_functions, (VERIFY,)),
    "a version of any tolerance": Case(("version",), hostile_files.any_tolerance, (VERIFY,)),
    "a flags.txt with --flagfile": Case(
        ("run",), hostile_files.flagfile_in_flags, (REPORT, ENCODE), refused=False
    ),
    "class names as programs": Case(
        (), _in_child(hostile_files.class_names),
        (
            ("train", *SMALL[1:], f"--dataset={images.NAME}", "--data_dir=data", RUN),
            ("readout", RUN, "--heads=ridge", "--nobaselines", "--labels_per_class="),
            ("report", RUN, "--figures=confusion"),
            ("compare", "--run_dirs=run"),
            ("export", RUN, "--name=<b>x", "--targets=keras", "--heads=ridge"),
            ("export", RUN, "--name=named", "--targets=keras", "--heads=ridge"),
        ),
        refused=False,
    ),
    **{
        name: Case(
            ("run",) if commands[0][0] == "export" else (),
            hostile_files.own_flagfile if "itself" in name else _nothing,
            commands,
            refused="itself" not in name,
        )
        for name, commands in BAD_FLAGS.items()
    },
}  # fmt: skip
COUNT = len(CASES)


def faults(stage: Stage, draw: random.Random, count: int) -> list[str]:
    """Cases, in an order drawn by the seed."""
    names = draw.sample(sorted(CASES), min(count, len(CASES)))
    stage.make({part for name in names for part in CASES[name].parts})
    return names


def inject(stage: Stage, fault: str, box: Sandbox) -> list[str]:
    """Makes the input and gives the commands."""
    case = CASES[fault]
    stage.copy(case.parts, box.work)
    case.make(box.work)
    before, wrong = content.raw(box.work), []
    for command in case.commands:
        done = process.run(command, box.work, box.surroundings(), stage.limit)
        wrong += outcome.of_command(done)
        if case.refused and done.code == 0:
            wrong.append(f"not refused: {done.command[:200]}")
        if "\x1b" in done.out + done.err:
            wrong.append("an escape sequence reaches the terminal")
        if done.memory > MEMORY and fault.startswith("a bomb"):
            wrong.append(f"{done.memory / 2**20:,.0f} MiB of memory")
        if hostile_files.SECRET in done.out + done.err:
            wrong.append("shows another file's content")
    if case.refused:
        added = sorted(content.raw(box.work).keys() - before.keys())
        wrong += [f"leaves {name}" for name in added if not name.endswith(content.LOCK)]
    wrong += [f"{name} was written" for name in hostile_files.harm(box.work)]
    return wrong + outcome.scratch(box.work) + outcome.strays(box)
