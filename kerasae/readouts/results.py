"""What a readout reached, and the files that hold it.

`readouts/<dataset>/<head>.json` and the head itself beside it, and
`baselines.json`; those of other layers than the code under `layers/<layer>/`.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kerasae import files, names
from kerasae.config import DataConfig
from kerasae.data.dataset_name import DatasetName
from kerasae.run_dir import RunDir

ACCURACY = "accuracy"
# The accuracy of a head of the training set on another dataset, without any training there.
ZERO_SHOT = "zero_shot_accuracy"
CHOSEN = "chosen"
BASELINES = "baselines"


def folder_of(run: RunDir, dataset: str, layer: str = names.CODE) -> Path:
    """Where the results of a dataset and layer lie; the code's at the top."""
    folder = run.readouts / DatasetName.parse(dataset).path_part
    return folder if layer == names.CODE else folder / "layers" / layer


def chosen_images(data_config: DataConfig) -> dict[str, Any]:
    """Which of a dataset's images were taken, ready for JSON."""
    return {"classes": list(data_config.classes), "max_examples": data_config.max_examples}


def missing(
    folder: Path, names: Iterable[str], data_config: DataConfig, seed: int
) -> tuple[str, ...]:
    """Names whose `<name>.json` holds no result of these images and this seed."""
    return tuple(name for name in names if not holds(folder / f"{name}.json", data_config, seed))


def holds(path: Path, data_config: DataConfig, seed: int | None = None) -> bool:
    """Whether a file holds a result of these images and, where given, of this seed.

    Where a version of the dataset is asked for, it must be of that one.
    """
    if not path.exists():
        return False
    stored = files.read_record(path, "dataset", CHOSEN, "seed")
    wanted = DatasetName.parse(data_config.dataset)
    return (
        wanted.version in (None, DatasetName.parse(stored["dataset"]).version)
        and stored[CHOSEN] == chosen_images(data_config)
        and seed in (None, stored["seed"])
    )
