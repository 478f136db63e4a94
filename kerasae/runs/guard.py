"""What a run directory must hold, or must not, before something is done to it.

Without TensorFlow, so that a mistake is refused at once. Whoever writes the
directory asks again once it holds the lock: another process may have been
there in between.
"""

from kerasae.config import ConfigError
from kerasae.run_config import RunConfig
from kerasae.run_dir import RunDir
from kerasae.runs import settings
from kerasae.wording import command, shown

MANIFEST = "manifest.json"  # of an exported version, whose files this room doesn't know


def require_trainable(run: RunDir, config: RunConfig, resume: bool) -> None:
    """Refuses a directory that a training may not write.

    Args:
        run: The directory; made where it isn't there.
        config: What is to be trained.
        resume: Whether a run that is there already goes on.

    Raises:
        ConfigError: where it can't be written, holds a run already, or with
            `resume` holds a run of other settings.
        RunError: where the settings of the run that it holds can't be read.
    """
    run.create()
    if not run.holds_a_run:
        return
    if not resume:
        raise ConfigError(
            f"{run.path} already holds a run. --resume goes on with it; another --run_dir starts "
            "a new one."
        )
    if not run.config.exists():
        raise ConfigError(f"{run.path} holds files of a run but no config.json to resume from.")
    differing = [
        f"{flag} was {shown(was)} and is now {shown(now)}"
        for flag, was, now in settings.differences(settings.read(run), config)
    ]
    if differing:
        raise ConfigError(
            f"--resume goes on with the same settings only; in {run.path} {'; '.join(differing)}."
        )


def require_finished(run: RunDir) -> None:
    """Refuses a directory without a finished run, or with one whose settings can't be read.

    Raises:
        ConfigError: with the command that makes what is missing.
        RunError: for a damaged `config.json`, or one of another version of kerasae.
    """
    if not run.holds_a_run:
        if (run.path / MANIFEST).is_file():
            tries = command("transfer", f"--saved_model={run.path}", "--dataset=…", "--out=…")
            checks = command("export", f"--verify={run.path}")
            raise ConfigError(
                f"--run_dir={run.path} holds an exported model and not the run that it is of. "
                f"{tries} reads its code out, {checks} checks it."
            )
        raise ConfigError(
            f"--run_dir={run.path} holds no run. "
            f"{command('train', '--flagfile=…', f'--run_dir={run.path}')} makes one."
        )
    if not run.finished or not run.model.exists():
        missing = [path.name for path in (run.model, run.metrics) if not path.exists()]
        resume = command("train", f"--flagfile={run.flags}", f"--run_dir={run.path}", "--resume")
        raise ConfigError(
            f"The run in {run.path} is not finished: {', '.join(missing)} missing. "
            f"{resume} goes on with it."
        )
    settings.read(run)
