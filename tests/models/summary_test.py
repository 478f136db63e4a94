"""The model in words: both directions of tied layers, and every parameter once."""

import pytest

from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import all_convolutional, pooled

SMALL = {"filters": (4, 2), "kernel_sizes": (3, 3)}


def lines(autoencoder):
    """Cells of every line by the name in it, and the last line."""
    heading, *rows, empty, total = autoencoder.summary().splitlines()
    assert heading.split() == ["part", "layer", "kind", "output", "parameters", "shared"]
    assert empty == ""
    at = [heading.index(word) for word in heading.split()]
    cells = [[row[a:b].strip() for a, b in zip(at, [*at[1:], None], strict=True)] for row in rows]
    return {layer: (part, *rest) for part, layer, *rest in cells}, total


@pytest.fixture
def tied():
    config = pooled.Config(**SMALL, tied=True, dense_sizes=(8,), latent_dim=5)
    return build_autoencoder("pooled", config, (12, 12, 1))


def test_a_tied_layer_is_there_in_both_directions(tied):
    rows, _ = lines(tied)
    assert rows["conv_1"] == ("encoder", "TiedConv2D", "12x12x4", "40", "")
    assert rows["conv_1, transposed"] == (
        "decoder", "TiedConv2D", "12x12x1", "1", "the kernel of conv_1",
    )  # fmt: skip
    assert rows["dense_1, transposed"][-1] == "the kernel of dense_1"


def test_an_untied_layer_shares_nothing():
    rows, _ = lines(build_autoencoder("pooled", pooled.Config(**SMALL), (12, 12, 1)))
    assert not any(row[-1] for row in rows.values())
    assert rows["deconv_1"][0] == "decoder"


@pytest.mark.parametrize("is_tied", [False, True])
def test_the_parameters_of_all_lines_are_those_of_the_model(is_tied):
    config = all_convolutional.Config(filters=(3, 2), kernel_sizes=(5, 3), tied=is_tied)
    autoencoder = build_autoencoder("all_convolutional", config, (12, 10, 3))
    rows, total = lines(autoencoder)
    counted = sum(int(row[3].replace(",", "")) for row in rows.values())
    assert counted == autoencoder.model.count_params()
    assert total.startswith(f"{counted:,} parameters, ")
    assert total.endswith(f"code of {autoencoder.code_size} numbers")


def test_every_call_has_its_line_and_the_code_ends_the_encoder(tied):
    rows, _ = lines(tied)
    assert rows["image"][0] == rows["code"][0] == "encoder"
    assert rows["reconstruction"][0] == "decoder"
    assert len(rows) == sum(map(len, tied.model._nodes_by_depth.values()))
