"""Pictures of a run: shown by a notebook, found by name."""

from collections.abc import Iterator, Mapping
from pathlib import Path

SUFFIX = ".png"


class Figure:
    """A picture in a file; the last line of a notebook's cell shows it.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path):
        self.path = path

    def __repr__(self):
        return f"Figure({str(self.path)!r})"

    def __fspath__(self):
        return str(self.path)

    def _repr_png_(self) -> bytes:
        """The picture; asked for by IPython."""
        return self.path.read_bytes()


class Figures(Mapping[str, Figure]):
    """The pictures in a folder by name, as they are now: `figures["reconstructions"]`."""

    def __init__(self, folder: Path):
        self._folder = folder

    def __getitem__(self, name: str) -> Figure:
        path = self._folder / f"{name}{SUFFIX}"
        if name not in self._names():
            known = ", ".join(self._names()) or "none"
            raise KeyError(f"{name!r} isn't drawn in {self._folder}. Known: {known}.")
        return Figure(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self):
        return len(self._names())

    def __repr__(self):
        return f"Figures of {self._folder}: {', '.join(self._names()) or 'none'}"

    def _ipython_key_completions_(self) -> list[str]:
        """Names for the tabulator; asked for by IPython."""
        return self._names()

    def _names(self) -> list[str]:
        return sorted(path.stem for path in self._folder.glob(f"*{SUFFIX}"))
