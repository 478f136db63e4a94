"""Two commands at a time on one folder, for every pair of verbs."""

import dataclasses
import itertools
import random

from torture import outcome, process
from torture.content import snapshot
from torture.stage import Sandbox, Stage
from torture.verbs import VERBS, in_turn

SENTENCE = "Two commands at once on one folder: each ends well or is refused; no result is mixed"
COUNT = len(VERBS) * (len(VERBS) + 1) // 2
# Their results show what else there is, so they depend on who came first.
SHOW_ALL = ("run/report/", "run/figures/", "comparison/", "saved_models/made/1/manifest.json")


@dataclasses.dataclass(frozen=True)
class Fault:
    """Two commands.

    Attributes:
        verbs: They.
        moment: When the second begins, as a share of the first's usual time.
    """

    verbs: tuple[str, str]
    moment: float

    def __str__(self):
        return f"{self.verbs[0]}, and at {self.moment:.3f} of its time {self.verbs[1]}"


def faults(stage: Stage, draw: random.Random, count: int) -> list[Fault]:
    """Every pair in turn, in an order drawn by the seed."""
    chosen = in_turn(itertools.combinations_with_replacement(VERBS, 2), draw, count)
    stage.make({part for pair in chosen for verb in pair for part in VERBS[verb].parts})
    return [Fault(tuple(draw.sample(pair, 2)), draw.random() ** 2) for pair in chosen]


def inject(stage: Stage, fault: Fault, box: Sandbox) -> list[str]:
    """Runs both at once, then those that were refused again, and compares their results."""
    verbs = [VERBS[name] for name in fault.verbs]
    stage.copy(sorted({part for verb in verbs for part in verb.parts}), box.work)
    seconds = stage.seconds(verbs[0].again_arguments, verbs[0].parts)
    first = process.Command(verbs[0].again_arguments, box.work, box.surroundings())
    first.alive_after(fault.moment * seconds)
    second = process.Command(verbs[1].again_arguments, box.work, box.surroundings())
    # Both share a core's time, or wait for each other.
    done = [command.wait(2 * stage.limit) for command in (first, second)]
    wrong = [line for one in done for line in outcome.of_command(one)]
    for verb, one in zip(verbs, done, strict=True):
        if one.code != 0:
            again = process.run(verb.again_arguments, box.work, box.surroundings(), stage.limit)
            if again.code != 0:
                wrong.append(f"{again.command} ends with {again.code}: {again.err[-300:]!r}")
    found = snapshot(box.work)
    for verb in verbs:
        expected = outcome.only(verb.results, stage.undisturbed(verb.again_arguments, verb.parts))
        expected = {n: what for n, what in expected.items() if not n.startswith(SHOW_ALL)}
        wrong += outcome.same(expected, {n: found[n] for n in expected if n in found})
    return wrong + outcome.scratch(box.work) + outcome.strays(box)
