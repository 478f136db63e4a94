"""Words for people: a command to type, a time."""

import shlex


def command(module: str, *arguments: str) -> str:
    """A command line to show to the user."""
    return shlex.join(["python", "-m", f"kerasae.{module}", *arguments])


def duration(seconds: float) -> str:
    """Seconds as people say them: `42 s`, `3 min 05 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
