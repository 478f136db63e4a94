"""Spaces from files: what they hold, and every mistake at once."""

import os
import re
import time

import pytest

from kerasae import registry, run_flags
from kerasae.config import ConfigError
from kerasae.data import sources
from kerasae.data.config import DataConfig
from kerasae.published import experiments
from kerasae.tuning import space_file
from kerasae.tuning.candidates import Candidates
from kerasae.tuning.space_file import FOLDER

EXPERIMENTS = {"pooled": "cognition", "all_convolutional": "ones_and_eights"}
IMAGE_SIZES = {"pooled": (28, 28), "all_convolutional": (36, 36)}


def test_every_family_has_a_space():
    families = registry.names(registry.FAMILIES)
    assert {path.stem for path in FOLDER.glob("*.toml")} >= set(families)


@pytest.mark.parametrize("family", sorted(EXPERIMENTS))
def test_a_ready_space_contains_the_published_architecture(family):
    published = experiments.load(EXPERIMENTS[family]).config()
    candidates = space_file.load(space_file.find(family), published, IMAGE_SIZES[family])
    values = candidates.values_of(published)
    assert candidates.config(values) == published
    for name, value in values.items():
        dimension = candidates.space[name]
        points = dimension.points()
        inside = dimension.low <= value <= dimension.high if points is None else value in points
        assert inside, f"{name} can't be {value}"


def test_kinds_of_dimensions(load_space):
    space = load_space(
        """
        [model]
        latent_dim = { min = 4, max = 16, step = 4 }
        tied = { choices = [true, false] }
        dense_sizes = { choices = [[], [40, 20]] }
        ["model.filters[1]"]
        min = 2
        max = 64
        log = true
        [learning_rate]
        min = 1e-4
        max = 1
        [batch_size]
        choices = [32]
        [beta_2]
        min = 0.9
        max = 0.99
        step = 0.03
        """
    ).space
    kinds = {d.name: (d.kind, d.points() and tuple(d.points())) for d in space.dimensions}
    assert kinds == {
        "model.latent_dim": ("int", (4, 8, 12, 16)),
        "model.tied": ("bool", (True, False)),
        "model.dense_sizes": ("choice", ("[]", "[40, 20]")),
        "model.filters[1]": ("int", tuple(range(2, 65))),
        "learning_rate": ("float", None),
        "batch_size": ("choice", (32,)),
        "beta_2": ("float", (0.9, 0.93, 0.96, 0.99)),
    }
    assert space.continuous == ("learning_rate",)


def test_a_condition_on_a_range_with_steps(load_space):
    candidates = load_space(
        "[beta_2]\nmin = 0.9\nmax = 0.99\nstep = 0.03\n"
        "[batch_size]\nchoices = [1, 2]\nwhen = { beta_2 = [0.9, 0.96] }\n"
    )
    assert candidates.size == (6, True)


def test_a_setting_in_both_spellings_is_refused(load_space):
    space = '[model]\nlatent_dim = { choices = [4] }\n["model.latent_dim"]\nchoices = [8]\n'
    with pytest.raises(ConfigError, match=r"\[model\.latent_dim\]: is there twice"):
        load_space(space)


def test_parents_come_before_what_depends_on_them(load_space):
    space = load_space(
        """
        ["model.filters[1]"]
        choices = [4, 8]
        when = { stages = 2 }
        [batch_size]
        choices = [10, 20]
        [stages]
        choices = [1, 2]
        """
    ).space
    assert space.names == ("batch_size", "stages", "model.filters[1]")


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ('["model.fliters[0]"]\nchoices = [1]\n[epochs]\nchoices = [1]',
         ["2 mistake(s)", "[model.fliters[0]]: there is no such setting", "knows stages, model.f",
          "[epochs]: there is no such setting"]),
        ("[batch_size]\nchoices = []\n[learning_rate]\nmin = 1.0\nmax = 0.1",
         ["[batch_size] choices: must be a list of one or more",
          "[learning_rate] min: must be below max. Received: min=1.0, max=0.1"]),
        ('[batch_size]\nchoises = [1]\nmin = 1\n["model.tied"]\nmin = 0',
         ["[batch_size] choises: unknown; known: choices, min, max, step, log, when",
          "[batch_size] max: is missing",
          "[model.tied]: needs choices, as this setting is true or false"]),
        ('["model.filters[0]"]\nchoices = [8, true, 1.5]\n["model.activation"]\nchoices = [1]',
         ["choices: each must be a whole number from -2147483648 to 2147483648. "
          "Received: true, 1.5",
          "each must be a text. Received: 1"]),
        ('[optimizer]\nchoices = ["adam", "adamw"]\n[batch_size]\nchoices = [4, 4]',
         ['each must be one of adam, sgd. Received: "adamw"', "must differ. Received: 4, 4"]),
        ('["model.latent_dim"]\nmin = 0\nmax = 8\n[momentum]\nchoices = [0.5]',
         ["[model.latent_dim]: 0 can't be: --model.latent_dim must be 1 or more",
          "[momentum]: 0.5 can't be: --momentum goes with --optimizer=sgd only"]),
        ('[stages]\nchoices = [2, 3]\n["model.filters[2]"]\nchoices = [4]\nwhen = { stages = 3 }',
         ["[stages]: 3 can't be: Neither the space nor --model.kernel_sizes has a value",
          "[model.filters[2]]: 4 can't be"]),
        ("[batch_size]\nmin = 1\nmax = 9\nstep = 2\nlog = true\n"
         "[stages]\nmin = 1\nmax = 2\nstep = 0",
         ["[batch_size] step: doesn't go with log", "[stages] step: must be above 0"]),
        ("[batch_size]\nchoices = [1, 2]\nwhen = { nothing = 1, learning_rate = 1 }\n"
         "[learning_rate]\nmin = 0.1\nmax = 1\n[stages]\nchoices = [1]\nwhen = { batch_size = 3 }",
         ["[batch_size] when: the space has no dimension nothing",
          "[batch_size] when: learning_rate is continuous",
          "[stages] when: batch_size is never 3"]),
        ("[batch_size]\nchoices = [1, 2]\nwhen = { stages = 1 }\n"
         "[stages]\nchoices = [1, 2]\nwhen = { batch_size = 2 }",
         ["[batch_size] when: depends on itself", "[stages] when: depends on itself"]),
        ('[stages]\nchoices = [1, 2]\n["model.filters[0]"]\nchoices = [4, 8]\n'
         'when = { stages = 1 }\n'
         '["model.filters[1]"]\nchoices = [4]\nwhen = { stages = 2, "model.filters[0]" = 4 }',
         ["[model.filters[1]] when: can never hold, as the conditions on stages contradict"]),
        ('["model.filters"]\nchoices = [[4, 4]]\n["model.filters[1]"]\nchoices = [8]',
         ["[model.filters[1]]: doesn't go with [model.filters], which sets all of them"]),
        ('[training_objective]\nchoices = ["moved", "no_such"]\n'
         '[training_objective.noise]\nchoices = ["fog"]',
         ["[training_objective] choices: each must be one of contractive, denoising",
          '[training_objective.noise] choices: each must be one of none, gaussian, masking']),
        ('[training_objective]\nchoices = ["moved", "sparse", "reconstruction"]\n'
         '[training_objective.shift]\nchoices = [0.1]',
         ["[training_objective.shift]: is no option of reconstruction, sparse; it needs "
          'when = { training_objective = ["moved"] }']),
        ('[training_objective.beta]\nchoices = [1.0]',
         ["[training_objective.beta]: there is no such setting to search"]),
        ('[training_objective]\nchoices = ["moved"]\n[training_objective.shift]\nmin = 0.5\n'
         'max = 2.0',
         ["[training_objective.shift]: 2.0 can't be: --training_objective.shift must be 0 or"]),
        ('[training_objective]\nchoices = ["invariance"]\n[batch_size]\nchoices = [1, 2]',
         ["[batch_size]: 1 can't be: --training_objective=invariance needs a --batch_size of 2"]),
        ("", ["there is no table, so nothing varies"]),
        ("batch_size = 3", ["batch_size: must be a table. Received: 3"]),
    ],
)  # fmt: skip
def test_every_mistake_is_reported_at_once(load_space, text, messages):
    with pytest.raises(ConfigError) as caught:
        load_space(text)
    for message in ["space.toml has ", *messages]:
        assert message in str(caught.value)


def chain(length):
    """Dimensions of which each hangs on the two before it."""
    tables = []
    for at in range(length):
        when = ", ".join(f'"model.filters[{up}]" = 4' for up in (at - 2, at - 1) if up >= 0)
        tables.append(f'["model.filters[{at}]"]\nchoices = [4]\nwhen = {{ {when} }}')
    return "\n".join(tables)


TOO_LARGE = {
    "[batch_size]\nmin = 1\nmax = 18446744073709551616": "max: must be a whole number from",
    f"[batch_size]\nchoices = [{'9' * 10_000}]": "is not TOML: Exceeds the limit",
    "[beta_2]\nmin = 0.0\nmax = 0.9\nstep = 1e-9": "step: must lead to max in fewer than",
    "[learning_rate]\nmin = 1e-320\nmax = 1\nlog = true": "min: must be 0 or a number from 1e-30",
    "\n".join(f"[x{at}]\nchoices = [1]" for at in range(300)): "must have 100 tables at most",
    '["model.filters[1000000000000000000]"]\nchoices = [4]': "an index must be 31 at most",
    f'["model.filters[{"9" * 5_000}]"]\nchoices = [4]': "an index must be 31 at most",
    "[stages]\nchoices = [2, 1000000000]": "[stages]: 1000000000 can't be: Neither the space nor",
    "[stages]\nmin = 1\nmax = 1000000000": "[stages]: 1000000000 can't be: Neither the space nor",
    '["model.latent_dim"]\nchoices = [1000000000000000000]': "must be a whole number from",
    '["model.latent_dim"]\nchoices = [16777216]': "16777216 can't be: The model is too large",
    f"[batch_size]\nchoices = {'[' * 5_000}{']' * 5_000}": "is nested too deeply",
    f"[{'.'.join('a' * 5_000)}]\nb = 1": "there is no such setting to search",
    f"batch_size = {{ min = '{'x' * 200_000}' }}": "min: must be a whole number",
    f"[batch_size]\nchoices = [{','.join(map(str, range(1, 20_000)))}]": "must be 10000 at most",
    "#" * (space_file.MAX_BYTES + 1): "space.toml is too large: more than 262,144 bytes",
    chain(32): "can't be",
    "[batch_size]\nmin = 1\nmax = 20000\n"
    "[optimizer]\nchoices = ['adam']\nwhen = { batch_size = 1 }": "have 20000 combinations",
}  # fmt: skip


@pytest.mark.parametrize("text", TOO_LARGE, ids=lambda text: TOO_LARGE[text][:40])
def test_what_is_too_large_is_refused_at_once(load_space, text):
    began = time.process_time()
    with pytest.raises(ConfigError) as caught:
        load_space(text)
    assert time.process_time() - began < 2
    assert TOO_LARGE[text] in str(caught.value)
    assert len(str(caught.value)) < 8_000


def test_a_byte_order_mark_is_no_mistake(load_space):
    assert load_space("\ufeff[batch_size]\nchoices = [1, 2]").size == (2, True)


def test_a_pipe_is_no_space(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigError, match="neither a file nor a space"):
        space_file.find(str(tmp_path / "pipe"))


def test_a_syntax_error_is_reported_by_line(load_space):
    with pytest.raises(ConfigError, match=re.escape("space.toml is not TOML") + ".*line 2"):
        load_space("[batch_size]\nchoices == [1, 2]")


def test_kernels_that_the_images_do_not_fit_are_reported(load_space):
    with pytest.raises(ConfigError, match=r"kernel_sizes\[0\]\]: 21 can't be: Images of 20"):
        load_space(
            '["model.kernel_sizes[0]"]\nchoices = [5, 21]',
            "--model=all_convolutional",
            image_size=(20, 20),
        )


def test_an_unknown_space_is_reported_with_those_there_are():
    with pytest.raises(ConfigError, match=r"neither a file nor .* all_convolutional, pooled"):
        space_file.find("no_such")


def test_flags_of_searches_are_read():
    """The ready flagfiles name ready spaces of their own family."""
    from kerasae import search
    from kerasae.tuning.settings import SearchConfig

    for path in sorted((FOLDER.parent / "flags").glob("*.flags")):
        line = search.command_line()
        line.parse(["program", f"--flagfile={path}"])
        config = run_flags.read(line)
        made = line.make(SearchConfig)
        size = config.data.target_size or sources.check(DataConfig("digits"))
        candidates = space_file.load(space_file.find(made.space), config, size)
        assert made.space == config.model
        assert isinstance(candidates, Candidates)


def test_what_counts_for_every_candidate(load_space):
    content = (
        "[stages]\nchoices = [1, 2]\n[batch_size]\nchoices = [8, 16]\n"
        '["model.filters[1]"]\nchoices = [2, 4]\nwhen = { stages = [2] }\n'
    )
    assert load_space(content).space.unconditional == ("stages", "batch_size")
