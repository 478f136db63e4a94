"""Names of datasets, `KIND`, `KIND:ARGUMENT` or `NAME`: the one place that reads them.

A kind is a file in `data/sources/`; its attributes say whether it takes an
argument and whether that may end in a version. What begins with no known kind
is a name of TFDS: `mnist` is `tfds:mnist`.
"""

import dataclasses
import hashlib
import re

from kerasae import registry
from kerasae.config import require

# The kind of a name that begins with no kind.
FALLBACK = "tfds"
_VERSION = re.compile(r"(\d+|\*)(\.(\d+|\*)){1,2}|experimental_latest")
# Such a name and the part of a path that is made of it differ in "/" alone.
_PLAIN = re.compile(r"[a-z0-9_]+(/[a-z0-9_.]+)?")
# Characters of a long name that its part of a path shows.
_SHOWN = 60


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
            ConfigError: for a kind with an argument that it doesn't take, or
                without the one that it needs.
        """
        kind, _, argument = text.partition(":")
        if kind not in registry.names(registry.SOURCES):
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
        name, _, version = argument.rpartition(":")
        if source.VERSIONED and name and _VERSION.fullmatch(version):
            return cls(kind, name, version)
        return cls(kind, argument)

    def __str__(self):
        return f"{self.title}:{self.version}" if self.version else self.title

    @property
    def title(self) -> str:
        """The name without a version, as short as it can be: `emnist/letters`."""
        if self.kind == FALLBACK and not self._begins_with_a_kind:
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
        """Whether both name one dataset, whatever its version."""
        return (self.kind, self.argument) == (other.kind, other.argument)

    @property
    def _begins_with_a_kind(self) -> bool:
        return self.argument.partition(":")[0] in registry.names(registry.SOURCES)


def same_dataset(one: str, other: str) -> bool:
    """Whether two names, as they are typed, name one dataset, whatever its version."""
    return DatasetName.parse(one).is_same(DatasetName.parse(other))
