"""Classes that are asked for by name or number."""

import logging

from kerasae.config import ConfigError
from kerasae.data.spec import DatasetSpec

logger = logging.getLogger(__name__)


def class_numbers(spec: DatasetSpec, wanted: tuple[str, ...]) -> tuple[int, ...]:
    """The numbers of the classes that are meant, ascending; empty where all are.

    A name counts before a number: class 9 may be named `0`, and every class
    can be asked for by its name.

    Args:
        spec: The dataset.
        wanted: Names or numbers of classes.

    Raises:
        ConfigError: for a class that isn't there, or a dataset without labels.
    """
    if not wanted:
        return ()
    if spec.classes is None:
        raise ConfigError(
            f"--classes needs labels, and {spec.name} has none. Received: {','.join(wanted)}."
        )
    by_number = {str(number): number for number in range(len(spec.classes))}
    by_name = {name: number for number, name in enumerate(spec.classes)}
    numbers = by_number | by_name
    unknown = [name for name in wanted if name not in numbers]
    if unknown:
        known = ", ".join(
            name if name == str(number) else f"{number} ({name})"
            for number, name in enumerate(spec.classes)
        )
        raise ConfigError(
            f"--classes: {spec.name} has no class {', '.join(unknown)}. Known: {known}."
        )
    return tuple(sorted({numbers[name] for name in wanted}))


def class_names(spec: DatasetSpec, wanted: tuple[str, ...]) -> tuple[str, ...] | None:
    """Names of the classes that are kept, in the order of their numbers; None without labels.

    Args:
        spec: The dataset.
        wanted: Names or numbers of classes; all are kept where empty.

    Raises:
        ConfigError: for a class that isn't there.
    """
    names, numbers = spec.classes, class_numbers(spec, wanted)
    return names and tuple(names[number] for number in (numbers or range(len(names))))


def note_ambiguous(spec: DatasetSpec, wanted: tuple[str, ...]) -> None:
    """Says which classes were taken by their name where that is the number of another one."""
    names = spec.classes or ()
    for name in wanted:
        if name in names and name.isdecimal() and int(name) < len(names):
            number, other = names.index(name), names[int(name)]
            if other != name:
                logger.warning(
                    "--classes=%s is taken as the name of class number %d of %s; class number %s "
                    "is named %s.",
                    name, number, spec.name, name, other,
                )  # fmt: skip
