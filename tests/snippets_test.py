"""The pieces of Python in README.md and docs/ do what they say, as they stand there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```$", re.M | re.S)
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]


def snippets(page: Path) -> list[tuple[str, str]]:
    """Place and code of each."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in BLOCK.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        found.append((f"{page.relative_to(ROOT)}:{line}", "\n" * line + match["code"]))
    return found


WITH_SNIPPETS = [page for page in PAGES if snippets(page)]


@pytest.fixture
def place(made_once, train, published, tmp_path, monkeypatch):
    """A folder with the runs and exports that the pages speak of."""

    def make(folder):
        small = ("--model.filters=2", "--model.kernel_sizes=3", "--model.dense_sizes=")
        outcome = train("--dataset=digits", "--epochs=1", "--max_examples=100", *small,
                        f"--run_dir={folder / 'run'}")  # fmt: skip
        assert outcome.code == 0, outcome.err

    run = made_once("run_of_the_readme", make) / "run"
    links = {
        "runs/cognition": run,
        "saved_models/cognition": ROOT / "saved_models" / "cognition",
        "saved_models/digits/1": published[0],
    }
    for name, target in links.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_SNIPPETS, ids=lambda page: str(page.relative_to(ROOT)))
def test_they_run(page, place):
    """Of a guide one after the other, as it is read; those of the README stand alone."""
    namespace = {}
    for where, code in snippets(page):
        namespace = {} if page == README else namespace
        exec(compile(code, where, "exec"), namespace)


def test_there_are_some():
    assert len(snippets(README)) >= 3
