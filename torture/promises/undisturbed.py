"""The control: every command without any fault, twice."""

import random

from torture import content, outcome, process
from torture.stage import Sandbox, Stage
from torture.verbs import VERBS

SENTENCE = "Undisturbed, a command ends as it ended before (the control of all others)"
COUNT = len(VERBS)


def faults(stage: Stage, draw: random.Random, count: int) -> list[str]:
    """Verbs."""
    verbs = draw.sample(sorted(VERBS), min(count, len(VERBS)))
    stage.make({part for verb in verbs for part in VERBS[verb].parts})
    return verbs


def inject(stage: Stage, fault: str, box: Sandbox) -> list[str]:
    """Runs the command a second time, and given again where that is allowed."""
    verb = VERBS[fault]
    arguments = verb.arguments + verb.again
    expected = stage.undisturbed(arguments, verb.parts)
    stage.copy(verb.parts, box.work)
    wrong = []
    for _ in range(2):
        done = process.run(arguments, box.work, box.surroundings(), stage.limit)
        wrong += outcome.of_command(done)
        if done.code:
            wrong.append(f"exit code {done.code}: {done.err.strip()[-300:]!r}")
        if verb.once:
            break
    wrong += outcome.same(expected, content.snapshot(box.work)) + outcome.scratch(box.work)
    return wrong + outcome.strays(box)
