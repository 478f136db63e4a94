"""Shows an export as a page to draw on: python -m kerasae.play --saved_model=…"""

from kerasae import cli, cli_flags
from kerasae.playground import card as cards
from kerasae.playground import litert_js
from kerasae.playground.config import PlayConfig

USAGE = """Serves a page on which an export runs in your browser: draw, and see code,
reconstruction, error and readout at once; move the code, walk between images, spoil the input.
Only this machine can open it, nothing leaves it, and no network is needed.

  python -m kerasae.play --saved_model=saved_models/cognition/2
  python -m kerasae.play --saved_model=saved_models/cognition/2 --static=public
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.play`."""
    line = cli_flags.CommandLine(USAGE)
    line.add_dataclass("Page", PlayConfig)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Makes the page, then serves or writes it."""
    config = line.make(PlayConfig)
    litert_js.require()
    card = cards.read(config.path)

    cli.import_tensorflow_quietly()
    from kerasae.jobs import play as job
    from kerasae.playground import site
    from kerasae.playground.server import PageServer

    with job.page(config, card) as files:
        if config.folder:
            site.write(files, config.folder)
            print(f"{config.folder}/{site.INDEX}: for any web server")
            return
        with PageServer(files, config.port) as server:
            what = f"{card.name}, version {card.version}"
            print(f"{server.url} is {what}. Ctrl-C ends it.", flush=True)
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                print()


if __name__ == "__main__":
    cli.run(command_line, main)
