"""A wheel, made from a source distribution, holds everything that kerasae reads, and finds it."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEEDED = ("pyproject.toml", "README.md", "kerasae", "experiments", "search")
# Data files of the package by what they are for.
PATTERNS = {
    "published experiments": "kerasae/published/*/*.*",
    "spaces": "search/spaces/*.toml",
    "pages": "kerasae/reporting/**/*.j2",
    "the page of any run": "kerasae/reporting/*.toml",
    "model card": "kerasae/exporting/templates/*",
    "types": "kerasae/api/*.pyi",
}


def build(kind: str, tree: Path, out: Path) -> Path:
    """Builds an `sdist` or a `wheel` with the build backend, offline; returns its path."""
    out.mkdir()
    code = f"import sys; from setuptools.build_meta import build_{kind} as b; b(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(out)], cwd=tree, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (built,) = out.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The content of the wheel."""
    pytest.importorskip("setuptools.build_meta")
    top = tmp_path_factory.mktemp("packaging")
    tree = top / "tree"
    tree.mkdir()
    for name in NEEDED:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, tree / name, symlinks=True, ignore=ignored)
        else:
            shutil.copy(ROOT / name, tree / name)
    with tarfile.open(build("sdist", tree, top / "sdist")) as archive:
        archive.extractall(top / "unpacked", filter="data")
    (source,) = (top / "unpacked").iterdir()
    with zipfile.ZipFile(build("wheel", source, top / "wheel")) as archive:
        archive.extractall(top / "installed")
    return top / "installed"


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_data_files_are_packed(installed, pattern):
    files = [path for path in ROOT.glob(pattern) if path.is_file()]
    assert files
    for path in files:
        relative = path.relative_to(ROOT)
        if relative.parts[0] == "search":
            relative = Path("kerasae", "tuning", *relative.parts[1:])
        packed = installed / relative
        assert packed.is_file() and not packed.is_symlink(), relative
        assert packed.read_bytes() == path.read_bytes(), relative


@pytest.mark.slow
def test_nothing_else_is_packed(installed):
    kinds = {path.suffix for path in (installed / "kerasae").rglob("*") if path.is_file()}
    assert kinds == {".py", ".pyi", ".typed", ".j2", ".toml", ".flags", ".csv"}
    assert {path.name.split("-")[0] for path in installed.iterdir()} == {"kerasae"}


@pytest.mark.slow
def test_it_finds_them_without_a_checkout(installed, tmp_path):
    code = (
        "import kerasae\n"
        "from kerasae import run_flags\n"
        "from kerasae.published import experiments\n"
        "from kerasae.reporting import html, story\n"
        "from kerasae.runs import settings\n"
        "from kerasae.tuning import space_file\n"
        "print(kerasae.__file__)\n"
        "config = experiments.load('cognition').config(0, {'dataset': 'digits'})\n"
        "assert config.training.epochs == 60 and config.data.dataset == 'digits'\n"
        "assert experiments.load('cognition').accuracy('ffn') > 0.83\n"
        "assert experiments.load('ones_and_eights').config().training.epochs == 300\n"
        "assert space_file.load(space_file.find('pooled'), config, (28, 28))\n"
        "assert story.choose(settings.to_json(config)).sections\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(installed)}, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed)


def test_experiments_of_a_checkout_are_the_packed_ones():
    """Each content exists once: what a command names is a link to what is packed."""
    links = {path.name: path.resolve() for path in (ROOT / "experiments").glob("*.flags")}
    folders = {path.parent for path in (ROOT / "kerasae" / "published").glob("*/experiment.toml")}
    assert links == {
        f"{prefix}{folder.name}.flags": folder / f"{name}.flags"
        for folder in folders
        for prefix, name in (("", "train"), ("demo_", "digits"))
    }
    for path in (ROOT / "experiments").glob("*.flags"):
        assert path.is_symlink()
    spaces = ROOT / "kerasae" / "tuning" / "spaces"
    assert spaces.is_symlink()
    assert spaces.resolve() == ROOT / "search" / "spaces"
