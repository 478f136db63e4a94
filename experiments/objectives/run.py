"""Trains every setting of this folder on every dataset, and compares what their codes are good for.

    python experiments/objectives/run.py --out=runs/objectives
    python experiments/objectives/run.py --out=runs/try --datasets=digits --seeds=0 --epochs=2

Each command is printed before it runs, and kept in `--out` when it has ended well, so the same
call goes on where an earlier one was stopped. All of it takes hours. Of each dataset,
`DATASET/comparison/` has the table and the pictures; the published architecture is a setting too.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent
BASE = FOLDER / "base.flags"
PUBLISHED = FOLDER.parent / "cognition.flags"


def settings() -> dict[str, list[Path]]:
    """Flagfiles of each setting, those that it builds on first."""
    own = sorted(path for path in FOLDER.glob("*.flags") if path != BASE)
    return {PUBLISHED.stem: [PUBLISHED]} | {path.stem: [BASE, path] for path in own}


def commands(arguments: argparse.Namespace) -> Iterator[tuple[str, list[str]]]:
    """A name and the words behind `python -m` of every command, in order."""
    for dataset in arguments.datasets:
        folder = arguments.out / dataset
        others = [other for other in arguments.datasets if other != dataset]
        for name in arguments.settings:
            run = f"--run_dir={folder / name}"
            yield (
                f"{dataset}-{name}-train",
                [
                    "kerasae.train",
                    *(f"--flagfile={path}" for path in settings()[name]),
                    f"--dataset={dataset}",
                    f"--seeds={','.join(map(str, arguments.seeds))}",
                    *_given(arguments, "max_examples", "epochs", "data_dir"),
                    "--resume",
                    run,
                ],
            )
            yield f"{dataset}-{name}-readout", [
                "kerasae.readout", "--heads=linear,ffn,knn", "--labels_per_class=1,10,100,all",
                *_given(arguments, "data_dir"), run,
            ]  # fmt: skip
            for other in others:
                yield f"{dataset}-{name}-to-{other}", [
                    "kerasae.readout", "--heads=linear", "--nobaselines", f"--dataset={other}",
                    *_given(arguments, "max_examples", "data_dir"), run,
                ]  # fmt: skip
            yield f"{dataset}-{name}-evaluate", [
                "kerasae.evaluate", "--heads=linear", *_given(arguments, "data_dir"),
                *(f"--other_dataset={other}" for other in others[:1]), run,
            ]  # fmt: skip
        runs = ",".join(str(folder / name) for name in arguments.settings)
        yield f"{dataset}-compare", [
            "kerasae.compare", f"--run_dirs={runs}", f"--out={folder / 'comparison'}"
        ]  # fmt: skip


def _given(arguments: argparse.Namespace, *names: str) -> list[str]:
    """Flags of what was given."""
    values = {name: getattr(arguments, name) for name in names}
    return [f"--{name}={value}" for name, value in values.items() if value is not None]


def run(arguments: argparse.Namespace) -> int:
    """Runs what has not ended well yet; returns the first exit code that isn't 0."""
    done = arguments.out / "done"
    done.mkdir(parents=True, exist_ok=True)
    for name, words in commands(arguments):
        line = " ".join(words)
        kept = done / f"{name}.txt"
        if kept.is_file() and kept.read_text(encoding="utf-8") == line:
            continue
        print(f"python -m {line}", flush=True)
        ended = subprocess.run([sys.executable, "-m", *words], check=False)
        if ended.returncode:
            return ended.returncode
        kept.write_text(line, encoding="utf-8")
    return 0


def parse(words: list[str] | None = None) -> argparse.Namespace:
    """What was typed; ends the process with exit code 2 where it can't be."""
    known = list(settings())

    def names(text: str) -> list[str]:
        return text.split(",")

    def chosen(text: str) -> list[str]:
        if unknown := sorted(set(names(text)) - set(known)):
            raise argparse.ArgumentTypeError(
                f"must be of {', '.join(known)}. Received: {', '.join(unknown)}"
            )
        return names(text)

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of everything it makes")
    parser.add_argument("--datasets", type=names, default=["mnist", "fashion_mnist"])
    parser.add_argument("--seeds", type=names, default=["0", "1", "2"])
    parser.add_argument("--settings", type=chosen, default=known, help=", ".join(known))
    parser.add_argument("--max_examples", type=int, help="training images at most")
    parser.add_argument("--epochs", type=int, help="in place of what each setting says")
    parser.add_argument("--data_dir", help="folder of TFDS datasets")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(run(parse()))
