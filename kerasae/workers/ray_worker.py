"""A worker that is an actor on a cluster of Ray's, see `ray_host.py`."""

import contextlib
import pickle
import queue
import threading
from typing import Any

import ray

from kerasae.cluster import connection
from kerasae.cluster.room import Need
from kerasae.config import RunError
from kerasae.wording import shortened, shown
from kerasae.workers import ray_host, task_files
from kerasae.workers.worker import Died, Ready, Refused, Said, Task, Waiting, Work

# What computes, and must be the same on every node.
PACKAGES = ("tensorflow", "keras")
# Methods of an actor that run at the same time: one waits for news.
METHODS = 4
# Seconds between two signs of a worker that waits for a place, and until people are told.
TICK, QUIET = 1.0, 10.0
# Seconds in which a worker must remove its files; then it is killed.
TIDY = 5.0
NODE_ID = "ray.io/node-id"

# Nodes get the class itself: what they have installed may be another version.
ray.cloudpickle.register_pickle_by_value(ray_host)


class Nodes:
    """What all workers of a pool share on the driver's side.

    Args:
        work: As of `LocalWorker`; each node gets it once.
        need: Of one worker.
        seen: Facts about the driver's own images, by name, as of `Ready`.
    """

    def __init__(self, work: Work, need: Need, seen: dict[str, Any]):
        self.files, self.work = work.files, ray.put(pickle.dumps(work))
        self._need, self._seen = need, seen
        self._installed = ray_host.installed(PACKAGES)
        self._refused: dict[str, str] = {}

    def make_actor(self):
        """An actor on a node that wasn't refused; it waits for one with room.

        Raises:
            RunError: where every node was refused that could have room.
        """
        possible = [
            node
            for node in connection.look(None).nodes
            if node.node_id not in self._refused and self._need.fit(node.resources)
        ]
        if self._refused and not possible:
            raise RunError(
                f"Every node with room for a worker is refused: {'; '.join(self._refused.values())}"
            )
        avoid = {NODE_ID: f"!in({','.join(self._refused)})"} if self._refused else None
        resources = self._need.resources
        return (
            ray.remote(ray_host.Host)
            .options(
                num_cpus=resources["CPU"],
                num_gpus=resources.get("GPU", 0),
                memory=resources.get("memory"),
                max_concurrency=METHODS,
                max_restarts=0,
                label_selector=avoid,
            )
            .remote()
        )

    def describe(self, actor) -> Any:
        """Asks an actor where it runs, and what is installed there."""
        return actor.describe.remote(PACKAGES)

    def differing(self, installed: dict[str, str | None]) -> str | None:
        """What a node has installed that isn't what the driver has, in words."""
        return _differences(self._installed, installed)

    def differing_images(self, seen: dict[str, Any]) -> str | None:
        """What of a node's images is not as the driver's, in words."""
        return _differences(self._seen, seen)

    def refuse(self, node_id: str, host: str, why: str) -> str:
        """Leaves a node out from now on; returns that in words."""
        self._refused[node_id] = words = f"node {host} is refused: {why}"
        return words


class RayWorker:
    """As `Worker`.

    Args:
        nodes: Shared by all.
        inbox: Of the pool.
    """

    def __init__(self, nodes: Nodes, inbox: queue.Queue):
        self._nodes, self._inbox = nodes, inbox
        self._lock, self._ended = threading.Lock(), False
        self._actor, self._started = None, False

    def start(self) -> None:
        """As in `Worker`."""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def give(self, task: Task) -> None:
        """As in `Worker`."""
        self._files = self._nodes.files(task)
        self._actor.give.remote(task, task_files.read(self._files))

    def answer(self, stop: str | None) -> None:
        """As in `Worker`."""
        self._actor.answer.remote(stop)

    def end(self) -> None:
        """As in `Worker`; of one that doesn't answer the node ends what is left, seconds later."""
        with self._lock:
            self._ended = True
            self._end_actor()
        self._reader.join()

    def _end_actor(self) -> None:
        if self._actor is None:
            return
        with contextlib.suppress(ray.exceptions.RayError):
            if self._started:
                ray.get(self._actor.close.remote(), timeout=TIDY)
        with contextlib.suppress(ray.exceptions.RayError, ValueError):
            ray.kill(self._actor)

    def _say(self, message) -> None:
        self._inbox.put((self, message))

    def _read(self) -> None:
        """Hands on what the worker says, until it is gone."""
        try:
            while not self._ended and not self._works_on_a_node():
                pass
        except ray.exceptions.RayError as error:
            self._say(Died(_cause(error)))
        except Exception as error:  # Of the driver's own disk, of all nodes, or unforeseen.
            self._say(Refused(error))

    def _works_on_a_node(self) -> bool:
        """Works until the worker is dead or ended; False where its node was refused first."""
        with self._lock:
            if self._ended:
                return True
            self._actor, self._started = self._nodes.make_actor(), False
        found = self._described()
        if found is None:
            return True
        self._node_id, self._host = found["node_id"], found["host"]
        if why := self._nodes.differing(found["installed"]):
            self._leave(why)
            return False
        self._started = True
        ray.get(self._actor.start.remote(self._nodes.work))
        return self._work()

    def _described(self) -> dict | None:
        """Where the actor runs, once it does; None where it was ended before."""
        asked, waited = self._nodes.describe(self._actor), 0.0
        while not ray.wait([asked], timeout=TICK)[0]:
            if self._ended:
                return None
            waited += TICK
            self._say(Waiting())
            if waited == QUIET:
                self._say(Said(20, "waiting for a place in the cluster"))
        return ray.get(asked)

    def _work(self) -> bool:
        """As `_works_on_a_node`."""
        known, ready = 0, False
        while True:
            for message, contents in ray.get(self._actor.take.remote(known)):
                known += 1
                if isinstance(message, Refused):
                    self._leave(str(message.error))
                    if ready:
                        self._say(Died(f"{self._host}: {message.error}"))
                    return ready
                if isinstance(message, Ready):
                    if why := self._nodes.differing_images(message.seen):
                        self._leave(why)
                        return False
                    ready = True
                if isinstance(message, Died):
                    message = Died(f"{self._host}: {message.reason}")
                if contents:
                    task_files.write(self._files, contents)
                self._say(message)
                if isinstance(message, Died):
                    return True

    def _leave(self, why: str) -> None:
        """Refuses the node, and ends what runs there."""
        self._say(Said(30, self._nodes.refuse(self._node_id, self._host, why)))
        self._end_actor()


def _differences(ours: dict[str, Any], theirs: dict[str, Any]) -> str | None:
    return ", ".join(
        f"{name} is {shown(theirs[name])} there and {shown(value)} here"
        for name, value in ours.items()
        if theirs[name] != value
    )


def _cause(error: Exception) -> str:
    """Why an actor is gone: the one line of Ray's many that says so."""
    if isinstance(error, ray.exceptions.ActorUnavailableError):
        return "its node can't be reached"
    lines = [line.strip() for line in str(error).splitlines()]
    because = next((line for line in lines if line.startswith("The actor is dead because")), None)
    return shortened((because or " ".join(lines)).removeprefix("The actor is dead because "))
