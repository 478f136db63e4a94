"""kill -9 at a random moment, and the same command again."""

import collections
import dataclasses
import random
import signal
from collections.abc import Iterator

from torture import content, outcome, process, stopped
from torture.stage import Sandbox, Stage
from torture.verbs import VERBS

SENTENCE = "A command killed at any moment (kill -9), given again, ends as undisturbed, to the bit"
COUNT = 200
# How often each verb's turn comes: what takes long, or writes much, is killed in more places.
TURNS = {
    "train": 6, "search": 6, "readout": 5, "evaluate": 4, "report": 4, "export": 5, "encode": 3,
    "encode_parts": 3, "transfer": 4, "compare": 3,
}  # fmt: skip
# A kill may come after the command's usual end, where the machine is busy.
MARGIN = 1.02


@dataclasses.dataclass(frozen=True)
class Fault:
    """One kill.

    Attributes:
        verb: The command.
        moment: When, as a share of its usual time.
        twice: Whether the command that is given again is killed, too.
    """

    verb: str
    moment: float
    twice: float | None

    def __str__(self):
        again = "" if self.twice is None else f", again at {self.twice:.3f}"
        return f"{self.verb} killed at {self.moment:.3f} of its time{again}"


def faults(stage: Stage, draw: random.Random, count: int) -> list[Fault]:
    """Kills at moments that are spread evenly over each verb's time."""
    wheel = _turns()
    verbs = [next(wheel) for _ in range(count)]
    stage.make({part for verb in verbs for part in VERBS[verb].parts})
    of, found = collections.Counter(verbs), []
    places = {verb: draw.sample(range(number), number) for verb, number in of.items()}
    for verb in verbs:
        moment = (places[verb].pop() + draw.random()) / of[verb] * MARGIN
        twice = draw.random() if draw.random() < 0.1 else None
        found.append(Fault(verb, moment, twice))
    return found


def inject(stage: Stage, fault: Fault, box: Sandbox) -> list[str]:
    """Kills the command, gives it again, and compares what is there then."""
    verb = VERBS[fault.verb]
    seconds = stage.seconds(verb.again_arguments, verb.parts)
    stage.copy(verb.parts, box.work)
    before = content.snapshot(box.work)
    for moment in (fault.moment, fault.twice):
        if moment is not None:
            command = process.Command(verb.again_arguments, box.work, box.surroundings())
            command.alive_after(moment * seconds)
            command.signal(signal.SIGKILL)
            command.wait(stage.limit)
    wrong = stopped.kept_whole(stage, verb, box, before)
    wrong += stopped.ends_as_undisturbed(stage, verb, box)
    return wrong + outcome.strays(box, allow_tmp=True)


def _turns() -> Iterator[str]:
    """Verbs by their turns, without end; every verb comes early."""
    while True:
        for round_ in range(max(TURNS.values())):
            yield from (verb for verb, turns in TURNS.items() if round_ < turns)
