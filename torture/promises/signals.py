"""SIGTERM, SIGHUP, and Ctrl-C twice, at random moments."""

import dataclasses
import random
import signal
import time

from torture import content, outcome, process, stopped, verbs
from torture.stage import Sandbox, Stage
from torture.verbs import VERBS

SENTENCE = (
    "SIGTERM, SIGHUP and Ctrl-C twice end a command at once; given again, it ends as undisturbed"
)
COUNT = 54
KINDS = {
    "SIGTERM": (signal.SIGTERM,),
    "SIGHUP": (signal.SIGHUP,),
    "Ctrl-C": (signal.SIGINT,),
    "Ctrl-C twice": (signal.SIGINT, signal.SIGINT),
}


@dataclasses.dataclass(frozen=True)
class Fault:
    """Signals to one command.

    Attributes:
        verb: The command.
        kind: A key of KINDS.
        moment: When, as a share of its usual time.
        pause: Seconds between two.
    """

    verb: str
    kind: str
    moment: float
    pause: float

    def __str__(self):
        return f"{self.kind} to {self.verb} at {self.moment:.3f} of its time"


def faults(stage: Stage, draw: random.Random, count: int) -> list[Fault]:
    """Every verb with every kind in turn, in an order drawn by the seed."""
    chosen = verbs.with_each(KINDS, draw, count)
    stage.make({part for verb, _ in chosen for part in VERBS[verb].parts})
    return [Fault(*pair, draw.random(), draw.choice((0.0, 0.02, 0.2))) for pair in chosen]


def inject(stage: Stage, fault: Fault, box: Sandbox) -> list[str]:
    """Sends the signals, sees that the command ends, and gives it again."""
    verb = VERBS[fault.verb]
    seconds = stage.seconds(verb.again_arguments, verb.parts)
    stage.copy(verb.parts, box.work)
    before = content.snapshot(box.work)
    command = process.Command(verb.again_arguments, box.work, box.surroundings())
    command.alive_after(fault.moment * seconds)
    for number in KINDS[fault.kind]:
        command.signal(number)
        time.sleep(fault.pause)
    done = command.wait(stage.limit)
    wrong = outcome.of_command(done, KINDS[fault.kind])
    wrong += stopped.kept_whole(stage, verb, box, before)
    wrong += stopped.ends_as_undisturbed(stage, verb, box)
    return wrong + outcome.strays(box, allow_tmp=True)
