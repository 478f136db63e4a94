import re

import pytest

from kerasae import registry, run_flags
from kerasae.cli_flags import CommandLine
from kerasae.config import ConfigError
from kerasae.data.config import DataConfig
from kerasae.models.families import all_convolutional, pooled
from kerasae.objectives import reconstruction
from kerasae.options import option_fields
from kerasae.run_config import RunConfig, TrainingConfig
from kerasae.wording import shown as shown_value


def read(*flags, **overrides):
    return run_flags.parse(list(flags), **overrides)


def config(data, training, model, model_config):
    return RunConfig(data, training, model, model_config, "reconstruction", reconstruction.Config())


CONFIGS = [
    config(DataConfig(), TrainingConfig(), "pooled", pooled.Config()),
    config(DataConfig(), TrainingConfig(), "all_convolutional", all_convolutional.Config()),
    config(
        DataConfig(
            dataset="emnist/letters:3.1.0",
            data_dir="/a folder/with spaces",
            download=False,
            classes=("a", "8"),
            max_examples=17,
            image_size=(20, 30),
            validation_fraction=1 / 7,
            memory_budget_mb=0,
        ),
        TrainingConfig(
            epochs=3,
            batch_size=11,
            seed=2**31 - 1,
            optimizer="sgd",
            learning_rate=1 / 3,
            learning_rate_schedule="cosine",
            warmup_fraction=0.1,
            momentum=0.9,
            early_stopping=2,
        ),
        "pooled",
        pooled.Config(filters=(8,), kernel_sizes=(5,), dense_sizes=(), tied=True),
    ),
    config(
        DataConfig(image_size=(9,)),
        TrainingConfig(learning_rate=1e-12),
        "all_convolutional",
        all_convolutional.Config(
            filters=(4, 3, 2), kernel_sizes=(3, 2, 1), strides=(2, 1, 1), padding="same",
            activation="relu", output_activation="sigmoid", tied=False,
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize("config", CONFIGS)
def test_a_flagfile_gives_the_same_run_again(config, tmp_path):
    file = tmp_path / "flags.txt"
    file.write_text(run_flags.flagfile(config))
    assert read(f"--flagfile={file}") == config


def test_a_flagfile_holds_defaults_too():
    """So that it stays the same run when a default changes."""
    text = run_flags.flagfile(CONFIGS[0])
    for line in ("--epochs=5", "--model=pooled", "--model.latent_dim=49", "--classes=",
                 "--model.tied=false", "--download=true"):  # fmt: skip
        assert line in text.splitlines()


def test_without_flags_all_is_default():
    assert read() == CONFIGS[0]


def test_options_of_each_family():
    assert read("--model.latent_dim=7").model_config == pooled.Config(latent_dim=7)
    config = read("--model=all_convolutional", "--model.filters=5,4", "--model.tied=false")
    assert config.model_config == all_convolutional.Config(filters=(5, 4), tied=False)


def test_an_option_with_the_value_false_is_given():
    assert not read("--model=all_convolutional", "--nomodel.tied").model_config.tied


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--model=all_convolutional", "--model.latent_dim=7"],
         "--model=all_convolutional has no option model.latent_dim. It goes with --model=pooled. "
         "Known: model.filters, model.kernel_sizes, model.strides,"),
        (["--model.strides=1,1"], "--model=pooled has no option model.strides. It goes with "
         "--model=all_convolutional. Known: model.filters"),
        (["--model.depth=3"], "--model=pooled has no option model.depth. Known: model.filters"),
    ],
)  # fmt: skip
def test_foreign_options_are_refused_with_those_that_are_known(flags, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        read(*flags)


def test_overrides_for_training():
    assert read("--seed=1", seed=5).training == TrainingConfig(seed=5)


@pytest.mark.parametrize("family", registry.names(registry.FAMILIES))
def test_help_shows_the_options_of_the_family_that_is_asked(family):
    line = CommandLine("")
    run_flags.define(line)
    line.choose(["program", "--epochs", "3", f"--model={family}"])
    text = " ".join(line.help().split())
    fields = {f.name: f for f in option_fields(registry.load(registry.FAMILIES, family, "").Config)}
    shown = re.findall(r"--model\.(\w+)", text)
    assert shown == list(fields)
    for name, field in fields.items():
        default = shown_value(field.default) or "(empty)"
        bounds = field.metadata["bounds"]
        described = field.metadata["help"] + (f"; {bounds.words}" if bounds else "")
        assert f"{described} [{default}]" in text.split(f"--model.{name} ")[1]


def test_the_family_may_be_chosen_in_a_flagfile(tmp_path):
    (tmp_path / "some.flags").write_text("--model=all_convolutional\n--model.strides=1,1\n")
    assert read(f"--flagfile={tmp_path / 'some.flags'}").model == "all_convolutional"
