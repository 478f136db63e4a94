"""What every kind of dataset promises; a new file in kerasae/data/sources/ is tested by this."""

import idx_files
import numpy as np
import pytest

from kerasae import registry
from kerasae.data import dataset_name, pipeline, sources
from kerasae.data.array_source import ArraySource
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName, same_dataset
from kerasae.data.sources import arrays

# A kind that its author knows nothing else of than this protocol.
STRIPES = """
import numpy as np
from kerasae.data.spec import DatasetSpec

ARGUMENT, VERSIONED, FEATURES = "DIRECTION", False, False
HELP = "stripes in a direction"

class Stripes:
    def __init__(self, name):
        self.spec = DatasetSpec(
            str(name), (8, 8, 1), ("dark", "light"), {"train": "made", "test": "made"},
            {"train": 40, "test": 12}, None, "CC0", "nobody", f"content of {name}",
        )

    def records(self, split, positions):
        import tensorflow as tf

        images = np.tile(np.arange(8, dtype=np.uint8) * 7, (self.spec.sizes[split], 8, 1))
        labels = np.arange(len(images)) % 2
        added = labels * 100 + np.arange(len(images)) + 50 * (split == "test")
        images = (images + added[:, None, None])[..., None].astype(np.uint8)
        return tf.data.Dataset.from_tensor_slices((images[positions], labels[positions]))

    def decode(self, records):
        return records

    def find_damage(self):
        return None

def open_source(name, config):
    return Stripes(name)

def check(name, config):
    return 8, 8
"""
# A dataset of every kind; add one here when a kind is added.
EXAMPLES = (
    "digits", "fake_labelled", "fake_labelled:1.0.0", "fake_unlabelled", "fake_varying",
    "stripes:upright", "arrays:noise", "folder:pictures", "folder:split", "folder:flat",
    "npz:arrays.npz", "csv:digits_train.csv", "csv:paths.csv", "idx:FOLDER",
)  # fmt: skip


@pytest.fixture
def stripes(source_plugin):
    source_plugin("stripes", STRIPES)


@pytest.fixture
def noise():
    """Arrays, which are there while a program in Python gives them."""
    images = np.random.default_rng(0).integers(0, 256, (40, 6, 5, 3), np.uint8)
    with arrays.given(ArraySource("arrays:noise", images, np.arange(40) % 3)):
        yield


@pytest.fixture(scope="module")
def idx_folder(tmp_path_factory):
    return idx_files.write(tmp_path_factory.mktemp("idx"), *idx_files.digits())


@pytest.fixture(params=EXAMPLES)
def case(request, stripes, noise, fake_datasets, own_images_folder, idx_folder, monkeypatch):
    """`(name, source, folder of datasets)`."""
    monkeypatch.chdir(own_images_folder)
    folder, name = str(fake_datasets), request.param.replace("FOLDER", str(idx_folder))
    return name, opened(name, folder), folder


def opened(name, folder):
    return sources.open_source(DataConfig(name, data_dir=folder, download=False))


def read(source, split, positions=None):
    """Decoded images with their labels."""
    positions = np.arange(source.spec.sizes[split]) if positions is None else positions
    return [
        (image.numpy(), label.numpy())
        for image, label in source.decode(source.records(split, np.array(positions, int)))
    ]


def test_every_kind_is_tested_here(stripes):
    assert {DatasetName.parse(name).kind for name in EXAMPLES} == {
        *registry.names(registry.SOURCES)
    }


def test_what_the_help_needs(stripes):
    for kind, plugin in registry.load_all(registry.SOURCES).items():
        assert (plugin.HELP is not None) == (kind in dataset_name.known_kinds())
        assert plugin.HELP is None or plugin.HELP in sources.help_text()
        assert plugin.ARGUMENT is None or plugin.ARGUMENT.isupper()
        assert isinstance(plugin.VERSIONED, bool)
        assert isinstance(plugin.FEATURES, bool)


def test_the_facts_are_consistent(case):
    name, source, _ = case
    spec = source.spec
    assert set(spec.splits) == set(spec.sizes) == {"train", "test"}
    assert min(spec.sizes.values()) > 0
    assert spec.image_shape[2] in (1, 3)
    assert (spec.image_shape[0] is None) == (spec.image_shape[1] is None)
    assert spec.licence
    assert isinstance(spec.citation, str)
    assert spec.classes is None or len(set(spec.classes)) == len(spec.classes)
    assert same_dataset(spec.name, name)


@pytest.mark.parametrize("split", ["train", "test"])
def test_images_are_of_the_shape_and_labels_are_classes(case, split):
    _, source, _ = case
    records = read(source, split)
    assert len(records) == source.spec.sizes[split]
    for image, label in records:
        assert image.dtype == np.uint8
        for size, known in zip(image.shape, source.spec.image_shape, strict=True):
            assert known in (size, None)
        assert label.dtype == np.int64
        assert (
            label == -1 if source.spec.classes is None else label in range(len(source.spec.classes))
        )


@pytest.mark.parametrize("split", ["train", "test"])
def test_records_are_in_one_order_and_any_of_them_can_be_had(case, split):
    name, source, folder = case
    every = read(source, split)
    again = read(opened(name, folder), split)
    some = sorted({at for at in (0, 1, 3, len(every) - 1) if at < len(every)})
    for found, expected in (
        (again, every),
        (read(source, split, some), [every[at] for at in some]),
        (read(source, split, []), []),
    ):
        assert [(image.tobytes(), label) for image, label in found] == [
            (image.tobytes(), label) for image, label in expected
        ]


def test_no_test_image_is_trained_on(case):
    _, source, _ = case
    train, test = ({image.tobytes() for image, _ in read(source, s)} for s in ("train", "test"))
    assert not train & test


def test_the_size_that_is_known_without_tensorflow_is_the_datasets(case):
    name, source, folder = case
    assert sources.check(DataConfig(name, data_dir=folder)) == pipeline.native_size(source.spec)


def test_the_pipeline_takes_it(case):
    name, source, _ = case
    config = DataConfig(dataset=name, image_size=(7, 6))
    data = pipeline.load(source, config, seed=0)
    for name, split in (("train", data.train), ("test", data.test)):
        assert split.num_images == source.spec.sizes[name]
    (batch,) = data.train.batches(2).take(1)
    assert batch.shape == (2, 7, 6, source.spec.image_shape[2])


def test_plug_ins_leave_tensorflow_alone(python):
    """They are imported for `--help`."""
    done = python(
        "import sys\nfrom kerasae import registry\n"
        "registry.load_all(registry.SOURCES)\n"
        "print({'tensorflow', 'tensorflow_datasets', 'sklearn'} & set(sys.modules))"
    )
    assert (done.returncode, done.stdout.strip()) == (0, "set()"), done.stderr


class TestAKindOfOneFile:
    """What was added is there, without another edit."""

    def test_it_is_in_the_help(self, cli, stripes):
        outcome = cli("train", "--help")
        assert "stripes:DIRECTION: stripes in a direction" in " ".join(outcome.out.split())

    def test_it_is_in_messages(self, cli, stripes, fake_datasets, tmp_path):
        outcome = cli("train", "--dataset=nosuchset", f"--data_dir={fake_datasets}",
                      f"--run_dir={tmp_path / 'run'}")  # fmt: skip
        assert outcome.code == 2
        assert "npz:FILE, stripes:DIRECTION, tfds:NAME" in outcome.complaint
        outcome = cli("train", "--dataset=stripes", f"--run_dir={tmp_path / 'run'}")
        assert outcome.code == 2
        assert "must be named as stripes:DIRECTION" in outcome.complaint

    def test_it_trains_in_a_folder_of_its_own(self, cli, stripes, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        outcome = cli(
            "train", "--dataset=stripes:up/right", "--epochs=1", "--model.filters=2",
            "--model.kernel_sizes=3", "--model.dense_sizes=", "--model.latent_dim=3",
        )  # fmt: skip
        assert outcome.code == 0, outcome.err
        (run,) = (tmp_path / "runs").iterdir()
        assert (run / "metrics.json").is_file()
        assert run.name.startswith("stripes-up-right~")
