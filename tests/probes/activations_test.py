import numpy as np

from kerasae.data.split import MemorySplit
from kerasae.probes import activations
from kerasae.published.experiment import Display


def test_stages_lead_from_the_input_to_the_output(autoencoder, digits):
    display = Display(samples=("1", "8"))
    arrays = activations.compute(autoencoder, digits, 0, display)
    assert arrays["samples"].tolist() == ["1", "8"]
    images = arrays["stage_0"]
    for image, digit in zip(images, (1, 8), strict=True):
        first = int(np.flatnonzero(digits.labels == digit)[0])
        np.testing.assert_allclose(image, digits.images[first] / 255, rtol=1e-6)
    titles = arrays["titles"].tolist()
    assert titles[0] == "input"
    assert titles[-1] == "output"
    last = arrays[f"stage_{len(titles) - 1}"]
    np.testing.assert_allclose(last, autoencoder.model(images).numpy(), atol=1e-6)

    (code,) = [number for number, title in enumerate(titles) if title.endswith(": code")]
    codes = autoencoder.encoder(images).numpy()
    np.testing.assert_allclose(arrays[f"stage_{code}"].reshape(2, -1), codes, atol=1e-6)


def test_the_tied_experiment_has_three_layers_between_input_and_output(digits):
    from kerasae.models.autoencoder import build_autoencoder
    from kerasae.models.families.all_convolutional import Config

    autoencoder = build_autoencoder("all_convolutional", Config(), (36, 36, 1))
    stages = activations.stages(autoencoder.model)
    assert [(title, tuple(tensor.shape[1:])) for title, tensor in stages] == [
        ("input", (36, 36, 1)),
        ("layer 1: conv_1", (20, 20, 20)),
        ("layer 2: code", (10, 10, 2)),
        ("layer 3: conv_2 transposed", (20, 20, 20)),
        ("output", (36, 36, 1)),
    ]


def test_maps_are_cut_at_32_and_counted(unlabelled):
    from kerasae.models.autoencoder import build_autoencoder
    from kerasae.models.families.pooled import Config

    config = Config(filters=(40,), kernel_sizes=(3,), dense_sizes=(), latent_dim=3)
    autoencoder = build_autoencoder("pooled", config, (16, 16, 1))
    arrays = activations.compute(autoencoder, unlabelled, 0)
    assert arrays["stage_1"].shape == (2, 8, 8, 32)
    assert arrays["channels"][1] == 40


def test_other_classes_give_the_first_and_the_last(autoencoder, digits):
    split = MemorySplit(digits.images.numpy(), digits.labels, tuple("abcdefghij"))
    display = Display(samples=("1", "8"))
    assert activations.compute(autoencoder, split, 0, display)["samples"].tolist() == ["a", "j"]
    assert activations.compute(autoencoder, split, 0)["samples"].tolist() == ["a", "j"]
    single = MemorySplit(digits.images.numpy()[:3], np.zeros(3, np.int64), ("a",))
    assert activations.compute(autoencoder, single, 0)["samples"].tolist() == ["a"]
