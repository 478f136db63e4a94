"""Names of datasets, `KIND`, `KIND:ARGUMENT` or `NAME`: the one place that reads them.

A kind is a file in `data/sources/`; its attributes say whether it takes an
argument and whether that may end in a version. A name without a kind
is a name of TFDS: `mnist` is `tfds:mnist`. The path of a file or folder is made absolute, so that
a name that was written down means the same from everywhere.
"""

import dataclasses
import hashlib
import os
import re
from typing import Any

from kerasae import files, registry, wording
from kerasae.config import ConfigError, require
from kerasae.wording import shortened

# The kind of a name that begins with no kind.
FALLBACK = "tfds"
_VERSION = re.compile(r"(\d+|\*)(\.(\d+|\*)){1,2}|experimental_latest")
# Such a name and the part of a path that is made of it differ in "/" alone.
_PLAIN = re.compile(r"[a-z0-9_]+(/[a-z0-9_.]+)?")
# Characters of a long name that its part of a path shows.
_SHOWN = 60
# What a kind calls its argument where that is a path.
_PLACES = ("FOLDER", "FILE")
# Kinds of files by the ending of their names; another path is one of a folder.
_FILES = {".npz": "npz", ".csv": "csv"}
_PATH = re.compile(r"[/~.\\]|[a-zA-Z]:\\|.*\.(npz|csv|png|jpe?g|bmp|gif|zip|tar|gz)$", re.I | re.S)


@dataclasses.dataclass(frozen=True)
class DatasetName:
    """A dataset's name.

    Attributes:
        kind: A file in `data/sources/`, such as `digits` or `tfds`.
        argument: Which dataset of that kind; empty for a kind that is one dataset.
        version: The version that is asked for; None for any.
    """

    kind: str
    argument: str = ""
    version: str | None = None

    @classmethod
    def parse(cls, text: str) -> "DatasetName":
        """Reads a name as it is typed.

        Args:
            text: `digits`, `mnist`, `mnist:3.0.1`, `emnist/letters`, `tfds:mnist`.

        Raises:
            ConfigError: for an unknown kind, a path without a kind, or a kind with an argument
                that it doesn't take or without the one that it needs.
        """
        kind, _, argument = text.partition(":")
        if kind not in registry.names(registry.SOURCES):
            _require_no_path(text)
            _require_no_kind(text)
            kind, argument = FALLBACK, text
        source = registry.load(registry.SOURCES, kind, "--dataset")
        require(
            not argument or source.ARGUMENT is not None,
            f"A dataset of the kind {kind} takes no argument.",
            dataset=text,
        )
        require(
            bool(argument) or source.ARGUMENT is None,
            f"A dataset of the kind {kind} must be named as {kind}:{source.ARGUMENT}.",
            dataset=text,
        )
        if source.ARGUMENT in _PLACES:
            argument = _absolute(argument, text)
        name, _, version = argument.rpartition(":")
        if source.VERSIONED and name and _VERSION.fullmatch(version):
            return cls(kind, name, version)
        return cls(kind, argument)

    def __str__(self):
        return f"{self.title}:{self.version}" if self.version else self.title

    @property
    def title(self) -> str:
        """The name without a version, as short as it can be: `emnist/letters`."""
        if self.kind == FALLBACK and not self._needs_its_kind:
            return self.argument
        return f"{self.kind}:{self.argument}" if self.argument else self.kind

    @property
    def path_part(self) -> str:
        """The title as one part of a path, another one for every dataset: `emnist-letters`."""
        if _PLAIN.fullmatch(self.title):
            return self.title.replace("/", "-")
        slug = re.sub(r"[^a-z0-9_.]+", "-", self.title.lower()).strip("-.")[-_SHOWN:]
        digest = hashlib.sha256(self.title.encode()).hexdigest()[:10]
        return f"{slug}~{digest}"

    def is_same(self, other: "DatasetName") -> bool:
        """Returns whether both name one dataset, whatever its version."""
        return (self.kind, self.argument) == (other.kind, other.argument)

    @property
    def _needs_its_kind(self) -> bool:
        """Whether the argument alone would be taken for something else."""
        names = registry.names(registry.SOURCES)
        return ":" in self.argument or self.argument in names or bool(_PATH.match(self.argument))


def same_dataset(one: str, other: str) -> bool:
    """Returns whether two names, as they are typed, name one dataset, whatever its version."""
    return DatasetName.parse(one).is_same(DatasetName.parse(other))


def without_place(text: str) -> str:
    """A dataset's name as it can be published: of a path the last part alone.

    The folders above it belong to somebody's machine. What the dataset holds is
    known by its digest.
    """
    name = DatasetName.parse(text)
    if registry.constant(registry.SOURCES, name.kind, "ARGUMENT") not in _PLACES:
        return text
    return f"{name.kind}:{os.path.basename(name.argument)}"  # noqa: PTH119 (text, as typed)


def at_its_place(data: Any) -> Any:
    """A config with a `dataset`, of which a path can be found from anywhere.

    Args:
        data: `DataConfig` or `AppliedDataConfig`.

    Raises:
        ConfigError: see `DatasetName.parse`.
    """
    if data.dataset is None or without_path(data.dataset) == data.dataset:
        return data
    return dataclasses.replace(data, dataset=str(DatasetName.parse(data.dataset)))


def place(data: Any) -> tuple[str | None, ...]:
    """Where a config says that its images lie: whoever is told another place has to look there.

    Args:
        data: `DataConfig` or `AppliedDataConfig`.

    Returns:
        The dataset with its path from the root, and the folder of TFDS datasets.

    Raises:
        ConfigError: see `DatasetName.parse`.
    """
    return at_its_place(data).dataset, data.data_dir


def without_path(dataset: str) -> str:
    """A name without the path in it, as `folder:`; one that holds none as it is."""
    kind = dataset.partition(":")[0]
    known = kind in registry.names(registry.SOURCES)
    # Read from the file: most flags can be refused before a plug-in imports NumPy.
    if known and registry.constant(registry.SOURCES, kind, "ARGUMENT") in _PLACES:
        return f"{kind}:"
    return dataset


def _absolute(path: str, text: str) -> str:
    """A path from the root, with the home folder in the place of `~`."""
    if "\n" in path or "\r" in path or path.encode(errors="replace").decode() != path:
        raise ConfigError(
            f"--dataset={wording.one_line(text)}: the path must be UTF-8 text on one line, as "
            "flagfiles hold it; a link to it helps."
        )
    return os.path.abspath(  # noqa: PTH100 (links stay, and `..` goes)
        files.expand_user(path)
    )


def _require_no_path(text: str) -> None:
    """Raises ConfigError for the path of a file or folder, with the name to type."""
    if not _PATH.match(text):
        return
    kind = next((kind for end, kind in _FILES.items() if text.lower().endswith(end)), "folder")
    known = registry.names(registry.SOURCES)
    forms = ", ".join(f"--dataset={one}:{shortened(text, 100)}" for one in (kind,) if one in known)
    raise ConfigError(
        f"--dataset={shortened(text, 100)} is a path, and a dataset is named as KIND:PATH: {forms}."
    )


def _require_no_kind(text: str) -> None:
    """Raises ConfigError for a name with a kind that there isn't."""
    kind, colon, version = text.partition(":")
    if colon and not _VERSION.fullmatch(version):
        raise ConfigError(
            f"--dataset={shortened(text, 100)}: there is no kind {shortened(kind, 40)!r}, and "
            f"{shortened(version, 40)!r} is no version. Known: {known_kinds()}."
        )


def forms() -> dict[str, str]:
    """Every kind that can be typed, with how: `digits`, `tfds:NAME`."""
    found = {}
    for kind in registry.names(registry.SOURCES):
        if registry.constant(registry.SOURCES, kind, "HELP") is None:
            continue
        argument = registry.constant(registry.SOURCES, kind, "ARGUMENT")
        found[kind] = f"{kind}:{argument}" if argument else kind
    return found


def known_kinds() -> str:
    """Every kind as it is typed, for messages: `digits, tfds:NAME`."""
    return ", ".join(forms().values())
