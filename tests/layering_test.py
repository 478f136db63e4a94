"""Rooms and the one direction between them: a module imports from its own room or those above."""

import ast
import json
from pathlib import Path

import pytest

from kerasae import commands

PACKAGE = Path(__file__).parents[1] / "kerasae"

# From top to bottom. kerasae/__init__.py is free: it knows every public name.
ROOMS = (
    "bounds", "wording", "config", "options", "registry", "commands", "names", "geometry",
    "folder_lock", "files", "csv_files", "records", "journal", "archives", "arrays", "tables",
    "run_dir", "interrupts", "afterwards", "quiet", "streams", "progress_bar", "cluster", "data",
    "perturbations", "run_config", "flagfile", "flag_types", "flag_help", "plugin_flags",
    "cli_flags", "arguments", "cli", "workers", "run_flags", "ops", "layers", "models",
    "objectives", "training", "runs", "published", "readouts", "tuning", "evaluation",
    "exporting", "encoding", "probes", "figures", "reporting", "playground", "verbs", "jobs",
    "api", "sklearn",
)  # fmt: skip
RANKS = {room: rank for rank, room in enumerate(ROOMS)}
RANKS |= dict.fromkeys(commands.names(), len(ROOMS)) | {"__main__": len(ROOMS) + 1}

MODULES = sorted(
    path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE
) + sorted(path.relative_to(PACKAGE) for path in PACKAGE.glob("*.py") if path.stem != "__init__")


def room(module: str) -> str | None:
    """`kerasae.layers.tying` lives in `layers`; None for the package itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else None


def imports(path: Path) -> set[str]:
    """Every module that a file imports, also inside functions; plug-ins named in strings too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            # `from kerasae import registry` imports the module kerasae.registry.
            found |= {
                f"{node.module}.{alias.name}" if node.module == "kerasae" else node.module
                for alias in node.names
            }
    return found


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_go_up_only(module):
    own = module.parts[0].removesuffix(".py")
    assert own in RANKS, f"{own} has no place in the order of rooms"
    for imported in imports(PACKAGE / module):
        target = room(imported) if imported.startswith("kerasae.") else None
        if target in (None, "__version__", own):
            continue
        assert target in RANKS, f"{module} imports {imported}, which has no room"
        assert RANKS[target] < RANKS[own], f"{module} imports {imported}, from a room below"


@pytest.mark.parametrize(
    "module", [path for path in MODULES if path.parts[0] == "figures"], ids=str
)
def test_figures_know_no_models(module):
    for imported in imports(PACKAGE / module):
        assert imported.split(".")[0] not in ("tensorflow", "keras")
        assert room(imported) != "models" or not imported.startswith("kerasae.")


def test_the_check_sees_imports_inside_functions(tmp_path):
    code = "def f():\n    from kerasae.models import names\n    import kerasae.runs.seeds\n"
    (tmp_path / "module.py").write_text(code + "from kerasae import train\n")
    assert imports(tmp_path / "module.py") == {
        "kerasae.models",
        "kerasae.runs.seeds",
        "kerasae.train",
    }


@pytest.mark.parametrize("verb", commands.names())
def test_help_needs_no_heavy_package(verb, python):
    """Not even where plug-ins are chosen, whose options are shown."""
    code = (
        "import sys\n"
        f"from kerasae import cli, {verb}\n"
        "sys.argv = 'cli --model=all_convolutional --heads=ffn,knn,linear,ridge --help'.split()\n"
        f"try:\n    cli.run({verb}.command_line, {verb}.main)\n"
        "except SystemExit as end:\n"
        "    assert end.code == 0\n"
        "heavy = {'tensorflow', 'keras', 'numpy', 'sklearn', 'matplotlib', 'pyarrow', 'ray'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = python(code)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "module",
    ["kerasae", "kerasae.train", "kerasae.run_flags", "kerasae.runs.checks", "kerasae.runs.guard",
     "kerasae.readout", "kerasae.encode", "kerasae.report", "kerasae.evaluate",
     "kerasae.compare", "kerasae.reproduce", "kerasae.demo", "kerasae.search",
     "kerasae.export", "kerasae.transfer", "kerasae.dataset", "kerasae.play",
     "kerasae.exporting.manifest", "kerasae.training.history", "kerasae.api"],
)  # fmt: skip
def test_light_modules_leave_tensorflow_alone(module, python):
    """`--help` and the checks of flags have to answer at once."""
    code = (
        f"import json, sys, {module}\n"
        "heavy = {'tensorflow', 'keras', 'keras_tuner', 'tensorboard', 'tensorflow_datasets',\n"
        "         'sklearn', 'matplotlib', 'pyarrow', 'ray'}\n"
        "print(json.dumps(sorted(heavy & set(sys.modules))))"
    )
    done = python(code)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
