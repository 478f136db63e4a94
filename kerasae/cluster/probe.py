"""Whether a cluster can be reached: asked by a process of its own, which can be ended.

Ray waits for a cluster that isn't there, or that wants a token, for up to a minute, in C++, where
nothing but SIGKILL ends it; what can't go on there ends the whole process.
"""

import dataclasses
import importlib.util
import json
import logging
import math
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

import kerasae
from kerasae.cluster.connection import Cluster, Node, connect, look
from kerasae.config import ConfigError, RunError
from kerasae.wording import shortened

# Seconds in which a cluster must answer, once Ray is imported.
PATIENCE = 10.0
# What Ray says where a token is missing, or is another one.
NO_TOKEN = ("InvalidAuthToken", "authentication token")
HOW_TO = (
    "Set RAY_AUTH_MODE=token, and put the cluster's token into RAY_AUTH_TOKEN or the file "
    "~/.ray/auth_token; on the machine of its head `ray get-auth-token` shows it."
)


def require_ray(flag: str) -> None:
    """Raises ConfigError where Ray isn't installed."""
    if importlib.util.find_spec("ray") is None:
        raise ConfigError(f"{flag} needs Ray, which is not installed: pip install 'kerasae[ray]'.")


def require_reachable(address: str) -> Cluster:
    """The cluster as it is now.

    Args:
        address: As of `connection.connected`.

    Raises:
        ConfigError: where Ray isn't installed, or a token is needed and isn't there.
        RunError: where the cluster can't be reached, or is of another version of Ray or Python.
    """
    require_ray(f"--ray={address}")
    lines = queue.Queue()
    path = os.pathsep.join([str(Path(kerasae.__file__).parents[1]), *filter(None, sys.path)])
    process = subprocess.Popen(
        [sys.executable, "-m", "kerasae.cluster.probe", address],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        return _answer(address, lines)
    finally:
        process.kill()
        process.wait()
        reader.join()
        process.stdout.close()


def _read(stream, lines: queue.Queue) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def _answer(address: str, lines: queue.Queue) -> Cluster:
    """What the process found, as soon as it is known."""
    deadline = math.inf
    while True:
        left = None if deadline == math.inf else max(deadline - time.monotonic(), 0)
        try:
            line = lines.get(timeout=left)
        except queue.Empty:
            line = None
        if line is None:
            raise RunError(
                f"--ray={address} can't be reached: no cluster of Ray's answers there within "
                f"{PATIENCE:g} seconds. `ray status` on the machine of its head says whether one "
                "runs."
            )
        if line.startswith(_IMPORTED):
            deadline = time.monotonic() + PATIENCE
        if any(words in line for words in NO_TOKEN):
            raise ConfigError(f"--ray={address} needs a token that isn't there. {HOW_TO}")
        if line.startswith(_FOUND):
            found = json.loads(line.removeprefix(_FOUND))
            return Cluster(found["dashboard"], tuple(Node(**node) for node in found["nodes"]))
        if line.startswith(_FAILED):
            why = json.loads(line.removeprefix(_FAILED))
            raise RunError(f"--ray={address} can't be used: {shortened(why)}")


_IMPORTED, _FOUND, _FAILED = "kerasae imported", "kerasae found ", "kerasae failed "


def main(address: str) -> None:
    """The process: tries, and says what it found in one line."""
    import ray  # noqa: F401

    print(_IMPORTED, flush=True)
    # The one place in which Ray says why a client is refused.
    client = logging.getLogger("ray.util.client.worker")
    client.setLevel(logging.DEBUG)
    client.addHandler(logging.StreamHandler(sys.stdout))
    try:
        context = connect(address)
    except Exception as error:  # Whatever it is, it is to be shown.
        print(_FAILED + json.dumps(str(error) or type(error).__name__), flush=True)
        return
    found = dataclasses.asdict(look(context.dashboard_url))
    print(_FOUND + json.dumps(found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
