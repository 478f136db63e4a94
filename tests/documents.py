"""Pieces of Python and of shell in README.md and docs/, as they stand there."""

import dataclasses
import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
_BLOCK = re.compile(r"^```(?P<language>python|sh)\n(?P<text>.*?)^```$", re.M | re.S)
_COMMAND = re.compile(r"(?:python -m kerasae\.|kerasae )(?P<verb>[a-z]+)(?P<flags>.*)")


@dataclasses.dataclass(frozen=True)
class Piece:
    """A block of a page.

    Attributes:
        where: Page and line.
        language: `python` or `sh`.
        text: What it says; of Python with as many empty lines before it as the page has.
    """

    where: str
    language: str
    text: str

    def commands(self, marked: str = "") -> list[tuple[str, list[str]]]:
        """Verb and flags of each command of a shell's block; every line must be one.

        Args:
            marked: How the lines end that are wanted.
        """
        found = []
        for line in self.text.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True) if line.endswith(marked) else []
            if not words or words[0] == "make":
                continue
            match = _COMMAND.fullmatch(shlex.join(words))
            assert match, f"{self.where}: {line}"
            found.append((match["verb"], shlex.split(match["flags"])))
        return found


def pieces(page: Path) -> list[Piece]:
    """The blocks of a page, from top to bottom."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        above = "\n" * line if match["language"] == "python" else ""
        where = f"{page.relative_to(ROOT)}:{line}"
        found.append(Piece(where, match["language"], above + match["text"]))
    return found
