"""A command that was stopped or kept from its work, and is given again."""

from collections.abc import Mapping

from torture import content, outcome, process
from torture.stage import Sandbox, Stage
from torture.verbs import Verb


def kept_whole(stage: Stage, verb: Verb, box: Sandbox, before: Mapping[str, str]) -> list[str]:
    """What was there before the command and is not whole after it."""
    expected = stage.undisturbed(verb.again_arguments, verb.parts)
    after = content.snapshot(box.work)
    there = {name: what for name, what in after.items() if name in before}
    return outcome.nothing_lost(before, there, expected)


def ends_as_undisturbed(stage: Stage, verb: Verb, box: Sandbox) -> list[str]:
    """Gives the command again, and compares what is there then."""
    expected = stage.undisturbed(verb.again_arguments, verb.parts)
    if verb.once and not outcome.same(expected, content.snapshot(box.work)):
        return outcome.scratch(box.work)  # It was stopped after its work.
    done = process.run(verb.again_arguments, box.work, box.surroundings(), stage.limit)
    wrong = outcome.of_command(done)
    if done.code != 0:
        wrong.append(f"given again, it ends with {done.code}: {done.err.strip()[-300:]!r}")
        return wrong
    return wrong + outcome.same(expected, content.snapshot(box.work)) + outcome.scratch(box.work)
