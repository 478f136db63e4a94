"""A verb in this process, and when it logged each of its lines.

    python -m benchmarks.timed_verb BEGAN OUT.json VERB FLAGS

BEGAN is the time in seconds at which the process was started. A verb that is refused is measured,
too: its exit code is part of what is written.
"""

import logging
import sys
import time
from pathlib import Path

from kerasae import cli, commands, files

IMPORTED = "TensorFlow is imported"


class _Lines(logging.Handler):
    """Keeps the seconds until each line."""

    def __init__(self, began: float):
        super().__init__()
        self._began, self.lines = began, []

    def emit(self, record):
        self.note(record.getMessage())

    def note(self, text: str) -> None:
        """Adds a line as if it had been logged."""
        self.lines.append({"line": text, "seconds": round(time.time() - self._began, 3)})


def main() -> None:
    """Runs the verb and writes what was seen of it."""
    began, out, verb, *flags = sys.argv[1:]
    seen = _Lines(float(began))
    logging.getLogger("kerasae").addHandler(seen)
    load = cli.import_tensorflow_quietly

    def load_and_note():
        load()
        seen.note(IMPORTED)

    cli.import_tensorflow_quietly = load_and_note
    sys.argv = [f"kerasae.{verb}", *flags]
    module = commands.load(verb)
    try:
        cli.run(module.command_line, module.main)
    except SystemExit as end:
        seen.note("the end")
        files.write_json(Path(out), {"code": end.code or 0, "lines": seen.lines})


if __name__ == "__main__":
    main()
