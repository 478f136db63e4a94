"""Classes of any name, through every command that shows or keeps them."""

import csv
import html

import matplotlib.image
import numpy as np
import pytest
import tensorflow_datasets as tfds
from made_records import head_result
from sklearn.datasets import load_digits
from strange_names import NAMES

from kerasae import files, tables
from kerasae.run_dir import RunDir

pytestmark = pytest.mark.slow

# TFDS keeps names in lines, without the spaces around them.
POSSIBLE = [name for name in NAMES if len(name.splitlines()) == 1 and name == name.strip()]
CLASSES = [*POSSIBLE[1:9], *POSSIBLE[10:12]]
FIGURES = ("attack_examples", "code_map", "confusion", "dendrograms", "reconstructions")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """A folder of TFDS with digits of these names."""
    digits = load_digits()
    folder = tmp_path_factory.mktemp("tensorflow_datasets")
    features = {
        "image": tfds.features.Image(shape=(8, 8, 1)),
        "label": tfds.features.ClassLabel(names=CLASSES),
    }

    def info(self):
        return tfds.core.DatasetInfo(
            builder=self, features=tfds.features.FeaturesDict(features),
            citation="```\n<script>alert(1)</script>",
        )  # fmt: skip

    def examples(first, last):
        for number in range(first, last):
            image = (digits.images[number] * 15).astype(np.uint8)[..., np.newaxis]
            yield number, {"image": image, "label": int(digits.target[number])}

    methods = {
        "VERSION": tfds.core.Version("1.0.0"), "__module__": __name__, "_info": info,
        "_generate_examples": None,
        "_split_generators": lambda *_: {"train": examples(0, 200), "test": examples(200, 300)},
    }  # fmt: skip
    builder = type("Strange", (tfds.core.GeneratorBasedBuilder,), methods, skip_registration=True)
    builder(data_dir=folder).download_and_prepare()
    return folder


@pytest.fixture(scope="module")
def done(cli, data_dir, tmp_path_factory):
    """`(folder, what was printed)` of a run, measured, shown, exported, encoded and compared."""
    top = tmp_path_factory.mktemp("strange")
    run, data = f"--run_dir={top / 'run'}", ("--dataset=strange", f"--data_dir={data_dir}")
    commands = (
        ("train", *data, run, "--epochs=1", "--model.filters=4,2", "--model.dense_sizes=",
         "--model.latent_dim=6"),
        ("readout", run, "--heads=ridge", "--nobaselines"),
        ("evaluate", run, "--measures=clustering,attack", "--heads=linear"),
        ("report", run, "--figures=code_map"),
        ("export", run, "--name=x", f"--out={top / 'models'}", "--targets=keras",
         "--heads=ridge"),
        ("encode", run, f"--out={top / 'codes.npz'}"),
        ("compare", f"--run_dirs={top / 'run'}", f"--out={top / 'table'}"),
    )  # fmt: skip
    printed = ""
    for command in commands:
        outcome = cli(*command)
        assert outcome.code == 0, outcome.err
        printed += outcome.out + outcome.err
    return top, printed


def test_results_and_codes_keep_the_names(done):
    top, _ = done
    assert list(head_result(RunDir(top / "run"), "ridge", "strange").classes) == CLASSES
    with np.load(top / "codes.npz", allow_pickle=False) as stored:
        assert stored["class_names"].tolist() == CLASSES
    manifest = files.read_json(top / "models" / "x" / "1" / "manifest.json")
    assert manifest["heads"]["ridge"]["classes"] == CLASSES


def test_nothing_commands_a_terminal(done):
    assert not [c for c in done[1] if not (c.isprintable() or c in "\n\r")]


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_drawn(done, name):
    figures = RunDir(done[0] / "run").figures
    assert matplotlib.image.imread(figures / f"{name}.png")[..., :3].std() > 0.01


def test_the_page_shows_them_as_text(done):
    page = (done[0] / "run" / "report" / "index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert html.escape("<script>alert(1)</script>") in page
    assert not {"\x1b", "\u202e"} & set(page)


def test_the_card_shows_them_as_text(done):
    card = (done[0] / "models" / "x" / "1" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert ", ".join(map(tables.as_markdown, CLASSES)) in card
    outside = "".join(card.split("```")[::2])
    assert len(card.split("```")) % 2, "every fence is closed"
    assert "<script>" not in outside
    assert not {"\x1b", "\u202e"} & set(card)


def test_no_cell_is_a_formula(done):
    for path in done[0].rglob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))], path
