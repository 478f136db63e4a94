"""Takes the measures of a finished run and draws their figures."""

import contextlib
import logging
from collections.abc import Collection
from types import ModuleType

from kerasae import afterwards, names, registry
from kerasae.config import ConfigError
from kerasae.data.pipeline import Data
from kerasae.data.split import Split
from kerasae.evaluation import identity, measured
from kerasae.evaluation.config import ALL, EvaluationConfig
from kerasae.evaluation.subject import Heads, Other, load_heads, load_other, make_subject
from kerasae.figures.drawing import draw_plot, missing, unavailable
from kerasae.run_dir import RunDir
from kerasae.runs.applied_data import load_own_data
from kerasae.runs.open_run import OpenRun, open_run

logger = logging.getLogger(__name__)
NO_HEADS = Heads({}, ())


def evaluate(run: RunDir, config: EvaluationConfig) -> dict[str, dict[str, float | None]]:
    """Measures what isn't measured yet with the same settings.

    Args:
        run: A finished run; measures and figures are added to it.
        config: What to measure.

    Returns:
        The summary of every measure, by name; None for what has no value. A measure that fails
        among several is logged, and left out.

    Raises:
        ConfigError: where the run isn't finished, or its data can't have a measure.
    """
    with run.locked():
        opened = open_run(run)
        data, _ = load_own_data(opened, config.place)
        test = data.test.subset(config.max_test_images, config.seed)
        measures = choose_measures(config.measures, test, data.spec.name)
        needs_heads = any(measure.NEEDS_CLASSIFIERS for measure in measures.values())
        needs_other = any(measure.NEEDS_OTHER for measure in measures.values())
        other = load_other(opened, config) if needs_other else None
        heads = load_heads(opened, config) if needs_heads else NO_HEADS
        taken = _measure(opened, data, test, heads, other, measures, config)
        _draw(run, taken)
        return {name: measured.read(run, name).summary for name in taken}


def choose_measures(wanted: tuple[str, ...], test: Split, dataset: str) -> dict[str, ModuleType]:
    """The measures to take, by name.

    Args:
        wanted: What is asked for.
        test: The images to measure, after sampling.
        dataset: Their dataset, for the message.

    Raises:
        ConfigError: for a measure that these images can't have.
    """
    known = registry.load_all(registry.MEASURES)
    classes = len(test.classes_present)
    possible = {name: not measure.NEEDS_LABELS or classes >= 2 for name, measure in known.items()}
    impossible = [name for name in wanted if name != ALL and not possible[name]]
    if impossible:
        raise ConfigError(
            f"--measures={','.join(impossible)} needs labels of at least two classes, and the "
            f"{test.num_images:,} test images of {dataset} have {classes or 'no labels'}."
        )
    taken = {
        name: measure
        for name, measure in known.items()
        if name in wanted or (ALL in wanted and possible[name] and not measure.SLOW)
    }
    left_out = sorted(set(known) - set(taken)) if ALL in wanted else []
    if left_out:
        logger.info("left out of all: %s", ", ".join(left_out))
    return taken


def _measure(
    opened: OpenRun,
    data: Data,
    test: Split,
    heads: Heads,
    other: Other | None,
    measures: dict[str, ModuleType],
    config: EvaluationConfig,
) -> list[str]:
    """Takes and writes the measures that aren't there yet; names of those that are there then."""
    subject, taken = None, []
    for name, measure in measures.items():
        own_heads = heads if measure.NEEDS_CLASSIFIERS else NO_HEADS
        settings = identity.describe_settings(opened, data, own_heads, measure, config)
        beside = other if measure.NEEDS_OTHER else None
        key = identity.fingerprint(opened, data, own_heads, beside, settings)
        if not config.again and identity.is_measured(opened.run, name, key):
            logger.info("%s is there already; --again measures it anew", name)
            taken.append(name)
            continue
        if subject is None:
            subject = make_subject(opened, data, test, heads, other, config)
        logger.info("measuring %s", names.title(name))
        with _others_kept(f"The measure {name} of {opened.run.path}", measures):
            seen = subject.labelled() if measure.NEEDS_LABELS else subject
            unlabelled = subject.test.num_images - seen.test.num_images
            if unlabelled:
                settings["left out without a label"] = f"{unlabelled:,} test images"
            found = measure.compute(seen)
            measured.write(opened.run, name, measure, found, settings, key)
            taken.append(name)
    return taken


def _others_kept(what: str, measures: Collection[str]) -> contextlib.AbstractContextManager:
    """A failure costs the other measures nothing; where there are none, it is the job's own."""
    return afterwards.attempt(what) if len(measures) > 1 else contextlib.nullcontext()


def _draw(run: RunDir, measures: Collection[str]) -> None:
    """Draws the figures that read these measures' files."""
    folder = run.evaluation.relative_to(run.path)
    own = {str(folder / name / measured.RESULT) for name in measures}
    for name, plot in registry.load_all(registry.PLOTS).items():
        if not own.intersection(plot.NEEDS) or missing(run, plot):
            continue
        with afterwards.attempt(f"The figure {name} of {run.path}"):
            if not unavailable(run, plot):
                logger.info("%s", draw_plot(run, name, plot))
