"""What makes a pool's workers: processes of this machine, or actors on a cluster."""

import contextlib
import functools
import logging
import queue
from collections.abc import Callable
from typing import Any

from kerasae.cluster import connection, probe, room
from kerasae.cluster.connection import Cluster
from kerasae.workers.config import WorkersConfig
from kerasae.workers.local_worker import LocalWorker
from kerasae.workers.worker import Work, Worker

logger = logging.getLogger(__name__)


def require_cluster(config: WorkersConfig) -> None:
    """Refuses a cluster that can't be reached or has no room; asks in seconds.

    Raises:
        ConfigError: where Ray isn't installed, a token is needed and isn't there, or there is no
            room.
        RunError: where the cluster can't be reached.
    """
    if config.ray is not None:
        room.require_room(probe.require_reachable(config.ray), config.need, config.workers)


def worker_maker(
    config: WorkersConfig, work: Work, seen: dict[str, Any], stack: contextlib.ExitStack
) -> tuple[Callable[[queue.Queue], Worker], str | None]:
    """What makes a worker that puts what it says into an inbox, and a cluster's dashboard.

    Args:
        config: How many there are to be, and where.
        work: What all tasks share.
        seen: What a node must see as this process does, by name.
        stack: Leaves the cluster when it is closed.
    """
    if config.ray is None:
        return functools.partial(LocalWorker, work, gpus=config.gpus), None
    from kerasae.workers.ray_worker import Nodes, RayWorker

    cluster = stack.enter_context(connection.connected(config.ray))
    room.require_room(cluster, config.need, config.workers)
    logger.info("%s", _in_words(cluster, config))
    return functools.partial(RayWorker, Nodes(work, config.need, seen)), cluster.dashboard


def _in_words(cluster: Cluster, config: WorkersConfig) -> str:
    """Where the workers are."""
    nodes = "1 node" if len(cluster.nodes) == 1 else f"{len(cluster.nodes)} nodes"
    workers = "1 worker" if config.workers == 1 else f"{config.workers} workers"
    shown = f"; its dashboard: {cluster.dashboard}" if cluster.dashboard else ""
    return f"{workers} of {config.need} on a cluster of {nodes}{shown}"
