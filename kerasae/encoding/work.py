"""The parts of a dataset as the work of a pool."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kerasae.encoding.config import EncodingInput
from kerasae.encoding.part import Part
from kerasae.workers.worker import Do


@dataclasses.dataclass(frozen=True)
class EncodingWork:
    """As `Work`.

    Attributes:
        given: What is encoded with what.
        threads: Threads that a worker may use.
        arrays: Sources that only the caller has, see `data/sources/arrays.py`.
        model: The exported encoder's files by name, for machines that don't have them.
    """

    given: EncodingInput
    threads: int
    arrays: tuple[Any, ...] = ()
    model: dict[str, bytes] | None = None

    def carrying_its_model(self) -> "EncodingWork":
        """The same with the exported encoder's files."""
        # Its own name, by which it is stored elsewhere, is that of no folder above, as `..` is.
        path = self.given.artefact.path.resolve()
        found = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
        model = {one.relative_to(path.parent).as_posix(): one.read_bytes() for one in found}
        return dataclasses.replace(self, given=self._with_model(path), model=model)

    def _with_model(self, path: Path) -> EncodingInput:
        artefact = dataclasses.replace(self.given.artefact, saved_model=str(path))
        return dataclasses.replace(self.given, artefact=artefact)

    @contextlib.contextmanager
    def opened(
        self, alive: Callable[[], None], report: Callable[[Sequence[float]], str | None]
    ) -> Iterator[tuple[dict[str, Any], Do]]:
        """As in `Work`."""
        from kerasae.data.sources import arrays
        from kerasae.encoding.encoding import open_encoding

        with arrays.given(*self.arrays):
            encoding = open_encoding(self.given)
        yield encoding.seen, lambda part: (encoding.rows(part, lambda _: alive()), None)

    def at(self, folder: Path) -> "EncodingWork":
        """As in `Work`: with the encoder in that folder."""
        for name, content in self.model.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        given = self._with_model(folder / self.given.artefact.path.name)
        return dataclasses.replace(self, given=given, model=None)

    def files(self, task: Part) -> tuple[Path, ...]:
        """As in `Work`: a part goes on from nothing."""
        return ()

    def drop(self, task: Part) -> None:
        """As in `Work`."""
