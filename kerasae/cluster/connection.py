"""A connection to a cluster of Ray's that runs already, and what the cluster has."""

import contextlib
import dataclasses
import logging
import signal
import threading
from collections.abc import Iterator

from kerasae.config import RunError
from kerasae.quiet import silenced
from kerasae.wording import shortened


@dataclasses.dataclass(frozen=True)
class Node:
    """A machine of a cluster.

    Attributes:
        node_id: Ray's.
        host: Its name.
        resources: All that it has, whoever uses it: `CPU`, `GPU`, bytes of `memory`.
    """

    node_id: str
    host: str
    resources: dict[str, float]


@dataclasses.dataclass(frozen=True)
class Cluster:
    """A cluster as it is at one moment.

    Attributes:
        dashboard: The address of its dashboard; None where it has none.
        nodes: Those that are there.
    """

    dashboard: str | None
    nodes: tuple[Node, ...]


@contextlib.contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """The cluster, for as long as the block lasts; a connection that is there already is used.

    An address that can't be reached is waited for longer than anyone would like: ask
    `probe.require_reachable` before.

    Args:
        address: `auto` for the one that runs on this machine, `HOST:PORT`, or `ray://HOST:PORT`.

    Raises:
        RunError: where it can't be reached.
    """
    import ray

    if ray.is_initialized():
        yield look(None)
        return
    try:
        with _signals_kept(), silenced():
            context = connect(address)
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise RunError(f"--ray={address} can't be used: {shortened(str(error))}") from None
    try:
        _keep_quiet()
        yield look(context.dashboard_url)
    finally:
        with silenced():
            ray.shutdown()


def connect(address: str):
    """Ray's context, of a cluster that runs; nothing is started."""
    import ray

    logging.getLogger("ray").setLevel(logging.CRITICAL)
    return ray.init(address, log_to_driver=False, configure_logging=False)


def look(dashboard: str | None) -> Cluster:
    """What the cluster has now that this process is connected to."""
    import ray

    found = [
        Node(node["NodeID"], node["NodeManagerHostname"], node["Resources"])
        for node in ray.nodes()
        if node["Alive"]
    ]
    return Cluster(f"http://{dashboard}" if dashboard else None, tuple(found))


@contextlib.contextmanager
def _signals_kept() -> Iterator[None]:
    """Ray puts a handler of its own in the place of what SIGTERM does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _keep_quiet() -> None:
    """Ray prints each death of a process to stdout; whoever started it says so in its own words.

    There is no setting for that.
    """
    from ray._private import worker

    worker.print_to_stdstream = lambda *_, **__: None
