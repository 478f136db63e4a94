"""A wheel, made from a source distribution, holds everything that kerasae reads, and finds it."""

import email
import itertools
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import kerasae
from kerasae import commands
from kerasae.playground import litert_js

ROOT = Path(__file__).parents[1]
NEEDED = ("pyproject.toml", "README.md", "LICENSE", "kerasae", "experiments", "search")
# Data files of the package by what they are for.
PATTERNS = {
    "published experiments": "kerasae/published/*/*.*",
    "spaces": "search/spaces/*.toml",
    "pages": "kerasae/reporting/**/*.j2",
    "the page of any run": "kerasae/reporting/*.toml",
    "model card": "kerasae/exporting/templates/*",
    "types": "kerasae/api/functions/*.pyi",
    "the page to play with": "kerasae/playground/scripts/*",
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
def wheel(tmp_path_factory) -> Path:
    """A wheel, made of what the source distribution holds."""
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
    assert (source / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    return build("wheel", source, top / "wheel")


@pytest.fixture(scope="module")
def content(wheel, tmp_path_factory) -> Path:
    """What the wheel holds."""
    folder = tmp_path_factory.mktemp("content")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """An environment of its own with the wheel; dependencies are those of the one that tests."""
    pytest.importorskip("pip")
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    offline = ["--no-index", "--no-deps", "--ignore-installed", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, *offline, wheel], cwd=folder, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def run(installed, tmp_path):
    """Runs a command of that environment, far from the checkout; its output."""

    def run_there(name, *arguments):
        left_out = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
        environment = {key: value for key, value in os.environ.items() if key not in left_out}
        done = subprocess.run(
            [installed / "bin" / name, *arguments], cwd=tmp_path, env=environment,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run_there


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_data_files_are_packed(content, pattern):
    files = [path for path in ROOT.glob(pattern) if path.is_file()]
    assert files
    for path in files:
        relative = path.relative_to(ROOT)
        if relative.parts[0] == "search":
            relative = Path("kerasae", "tuning", *relative.parts[1:])
        packed = content / relative
        assert packed.is_file() and not packed.is_symlink(), relative
        assert packed.read_bytes() == path.read_bytes(), relative


@pytest.mark.slow
def test_nothing_else_is_packed(content):
    vendor = content / "kerasae" / "playground" / "vendor"
    files = [path for path in (content / "kerasae").rglob("*") if path.is_file()]
    others = {path for path in files if not path.is_relative_to(vendor)}
    assert {path.suffix or path.name for path in others} == {
        ".py", ".j2", ".toml", ".flags", ".csv", ".typed", ".pyi", ".js",
    }  # fmt: skip
    # What runs models in a browser is packed where it was fetched, all of it.
    fetched = (*litert_js.names(), litert_js.STAMP) if litert_js.is_there() else ()
    assert {path.relative_to(vendor).as_posix() for path in set(files) - others} == set(fetched)
    assert {path.name.split("-")[0] for path in content.iterdir()} == {"kerasae"}


@pytest.mark.slow
def test_the_licence_is_packed_and_named(content):
    (info,) = content.glob("kerasae-*.dist-info")
    assert (info / "licenses" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    metadata = email.message_from_string((info / "METADATA").read_text(encoding="utf-8"))
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Version"] == kerasae.__version__
    assert metadata.get_payload().startswith("# kerasae")


@pytest.mark.slow
def test_its_command_answers_without_a_checkout(run):
    assert run("kerasae", "--version") == f"kerasae {kerasae.__version__}\n"
    assert all(f"\n  {name} " in run("kerasae") for name in commands.names())
    assert "[required]" in run("kerasae", "search", "--help")
    assert run("python", "-m", "kerasae", "--version") == run("kerasae", "--version")


@pytest.mark.slow
def test_it_finds_its_files_without_a_checkout(run, installed):
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
    assert Path(run("python", "-c", code).strip()).is_relative_to(installed)


@pytest.mark.slow
def test_it_builds_models_without_a_checkout(run):
    shown = run("kerasae", "train", "--summary", "--dataset=digits", "--model.latent_dim=6")
    assert "reconstruction" in shown


def test_dependencies_begin_where_the_pins_are():
    """A range begins with the version that the tests run with, so a pin is always inside."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.lower().split("==") for line in lines if "==" in line)
    ranges = [
        *project["dependencies"],
        *itertools.chain(*project["optional-dependencies"].values()),
    ]
    for wanted in ranges:
        pattern = r"([\w-]+)(?:\[\w+\])?>=([\d.]+(?:dev\d+)?),<([\d.]+)"
        name, low, high = re.fullmatch(pattern, wanted).groups()
        assert pins[name.lower()] == low, wanted
        assert high.count(".") < low.count("."), wanted


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
