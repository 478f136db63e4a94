"""What workers need of a cluster, and how many have room in it."""

import dataclasses

from kerasae.cluster.connection import Cluster
from kerasae.config import ConfigError


@dataclasses.dataclass(frozen=True)
class Need:
    """What one worker needs.

    Attributes:
        cpus: Cores.
        gpus: GPUs.
        memory_mb: MiB of memory; 0 where none is stated.
    """

    cpus: int
    gpus: int = 0
    memory_mb: int = 0

    @property
    def resources(self) -> dict[str, int]:
        """By Ray's names, only what is needed at all."""
        stated = {"CPU": self.cpus, "GPU": self.gpus, "memory": self.memory_mb * 2**20}
        return {name: number for name, number in stated.items() if number}

    def __str__(self):
        words = [_counted(self.cpus, "CPU"), *([_counted(self.gpus, "GPU")] * bool(self.gpus))]
        return " and ".join([*words, *([f"{self.memory_mb} MiB"] * bool(self.memory_mb))])

    def fit(self, resources: dict[str, float]) -> int:
        """How many such workers a node with these resources has room for."""
        return min(int(resources.get(name, 0) // number) for name, number in self.resources.items())


def require_room(cluster: Cluster, need: Need, workers: int) -> None:
    """Refuses workers that the cluster could never hold, all of them together.

    Raises:
        ConfigError: with what there is.
    """
    places = [need.fit(node.resources) for node in cluster.nodes]
    if not any(places):
        there = "; ".join(f"{node.host}: {_what_it_has(node.resources)}" for node in cluster.nodes)
        raise ConfigError(
            f"No node of the cluster has room for one worker of {need}, as "
            "--threads_per_worker, --gpus_per_worker and --memory_per_worker_mb ask for. "
            f"There are {there or 'no nodes'}."
        )
    if workers > sum(places):
        raise ConfigError(
            f"--workers must be {sum(places)} or less: the cluster has room for so many of {need}. "
            f"Received: workers={workers}. Once more nodes have joined, --resume goes on with more."
        )


def _what_it_has(resources: dict[str, float]) -> str:
    memory = int(resources.get("memory", 0)) // 2**20
    cpus, gpus = (int(resources.get(name, 0)) for name in ("CPU", "GPU"))
    return f"{_counted(cpus, 'CPU')}, {_counted(gpus, 'GPU')}, {memory} MiB"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
