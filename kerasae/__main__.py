"""All commands under one name: `kerasae VERB` is `python -m kerasae.VERB`."""

import sys

from kerasae import __version__, cli, commands
from kerasae.config import require_known

USAGE = """Convolutional autoencoders on small images: train, search, look, transfer, ship.

  kerasae VERB --flag=value …      the same as python -m kerasae.VERB --flag=value …
  kerasae VERB --help              what a verb does, and all its flags
  kerasae --version

Verbs:"""


def main() -> None:
    """Runs a verb, or says which there are; exits as `kerasae.cli.run` does."""
    verb, *arguments = sys.argv[1:] or ["--help"]
    if verb in commands.names():
        sys.argv = [f"kerasae.{verb}", *arguments]
        module = commands.load(verb)
        cli.run(module.command_line, module.main)
    cli.finish(lambda: _answer(verb))


def _answer(argument: str) -> None:
    """What is said where no verb is given."""
    if argument == "--version":
        print(f"kerasae {__version__}")
        return
    if argument not in cli.HELP:
        require_known("The first word after kerasae", argument, commands.names())
    width = max(map(len, commands.names()))
    print(USAGE)
    for name in commands.names():
        print(f"  {name:{width}}  {commands.summary(name)}")


if __name__ == "__main__":
    main()
