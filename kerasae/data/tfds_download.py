"""Downloads and prepares a TFDS dataset, where there is a network."""

import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from kerasae.config import ConfigError, RunError, require
from kerasae.data.damage import first_line
from kerasae.data.dataset_name import DatasetName

NETWORK_TIMEOUT_SECONDS = 8


def prepare(builder: Any, name: DatasetName, folder: Path, download: bool, known: str) -> None:
    """Downloads and prepares a dataset, or refuses it quickly, with the reason.

    Args:
        builder: Of TFDS.
        name: The dataset's name, for messages.
        folder: The folder of datasets that it goes to.
        download: Whether it may be downloaded.
        known: Which datasets need no network, for messages.

    Raises:
        ConfigError: where it may not be downloaded, or can't be.
        RunError: where TFDS failed.
    """
    require(
        download,
        f"--dataset={name} is not prepared and --nodownload was given. {known}",
        download=download,
    )
    problem = _network_problem(builder)
    if problem:
        typed = str(name).removeprefix("tfds:")
        raise ConfigError(
            f"--dataset={name} is not prepared in {folder} and can't be downloaded ({problem}). "
            f"{known} On a machine with a network, `tfds build {typed}` prepares it in a folder "
            "that can be copied here."
        )
    try:
        builder.download_and_prepare()
    except Exception as error:  # TFDS passes on whatever the network or the files cause.
        raise RunError(f"TFDS could not prepare --dataset={name}: {first_line(error)}") from error


def _network_problem(builder) -> str | None:
    """The reason why the dataset's first file can't be had, within seconds; None where it can.

    TFDS itself retries for minutes. The request runs in a thread of its own,
    since looking up a host name can't be given a time limit.
    """
    urls = sorted(builder.url_infos) or ["https://storage.googleapis.com/tfds-data"]
    outcome = ["no answer"]

    def ask():
        request = urllib.request.Request(urls[0], method="HEAD")
        try:
            with urllib.request.urlopen(request, timeout=NETWORK_TIMEOUT_SECONDS):
                outcome[0] = None
        except urllib.error.HTTPError as error:
            # Some servers refuse HEAD; any answer but "not found" is worth a try.
            outcome[0] = f"HTTP {error.code}" if error.code in (404, 410) else None
        except OSError as error:
            outcome[0] = f"no network: {getattr(error, 'reason', error)}"

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(NETWORK_TIMEOUT_SECONDS + 2)
    return outcome[0]
