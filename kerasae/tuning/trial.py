"""Trains one candidate, and returns what became of it."""

import contextlib
import dataclasses
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from kerasae import interrupts, objectives
from kerasae.config import ConfigError, RunError
from kerasae.data import pipeline
from kerasae.data.pipeline import Data
from kerasae.data.spec import Source
from kerasae.models.autoencoder import (
    Autoencoder,
    build_autoencoder,
    in_float32,
    load_autoencoder,
)
from kerasae.readouts.codes import require_labels
from kerasae.run_config import RunConfig
from kerasae.run_dir import RunDir
from kerasae.runs.fingerprint import fingerprint
from kerasae.training import history
from kerasae.training.callbacks import StopWhen, TrainingCallback
from kerasae.training.fit import fit
from kerasae.training.guards import DivergenceError
from kerasae.training.progress import ProgressBar
from kerasae.training.run_recorder import RunRecorder
from kerasae.training.seeding import seeded
from kerasae.tuning import attempts, guard, sizes
from kerasae.tuning.execution import Finished, Judge
from kerasae.tuning.objectives import VAL_ACCURACY, VAL_MSE
from kerasae.tuning.proposal import Proposal
from kerasae.tuning.readout_accuracy import validation_accuracy
from kerasae.tuning.record import COMPLETED, FAILED, REJECTED, STOPPED_EARLY, Trial
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig


@dataclasses.dataclass(frozen=True)
class Trainer:
    """What all trials share.

    Attributes:
        search: The search's settings.
        folder: Its directory.
        data: Decoded once. Only train and validation are looked at.
        progress: Makes the callback that shows how a training goes on.
    """

    search: SearchConfig
    folder: SearchDir
    data: Data
    progress: Callable[[], TrainingCallback] = ProgressBar

    @classmethod
    def load(
        cls,
        search: SearchConfig,
        folder: SearchDir,
        base: RunConfig,
        source: Source,
        progress: Callable[[], TrainingCallback] = ProgressBar,
        shared: bool = False,
    ) -> "Trainer":
        """With the images that the settings of a search's runs choose from a source.

        Args are those of the class, and

            base: The settings of its runs.
            source: Of their images.
            shared: As of `pipeline.load`.

        Raises:
            ConfigError: where none are left, or an accuracy is to be measured without labels.
        """
        data = pipeline.load(source, base.data, base.training.seed, shared)
        if VAL_ACCURACY in search.objective:
            require_labels(data, base.data.dataset)
        return cls(search, folder, data, progress)

    def train(self, proposal: Proposal, judge: Judge) -> Finished:
        """Trains a candidate as far as proposed, going on from its last finished epoch.

        Every trial starts from the search's own seed: the same initial draws
        and the same order of images make candidates comparable, and
        `kerasae.train` with the trial's flags does the very same.

        Args:
            proposal: What to train.
            judge: Says after each epoch whether it should be stopped.

        Raises:
            KeyboardInterrupt: after Ctrl-C.
            RunError, OSError: of the disk or the files, no fault of the candidate.
        """
        run, notes = self.folder.trial(proposal.trial_id), self.folder.attempts(proposal.trial_id)
        numbers: dict[str, float] = {}
        unforeseen = None
        try:
            fatal = attempts.register_attempt(notes, len(history.read(run)))
            if fatal:
                status, reason = FAILED, fatal
            else:
                with interrupts.recognised(), seeded(proposal.config.training.seed):
                    status, reason = self._train(proposal, run, judge, numbers)
        except DivergenceError as error:
            status, reason = FAILED, str(error)
        except (tf.errors.ResourceExhaustedError, MemoryError) as error:
            status, reason = FAILED, f"out of memory: {_first_line(error)}"
        except ConfigError as error:
            status, reason = FAILED, f"infeasible: {error}"
        except (RunError, OSError):
            raise
        except Exception as error:
            status, reason = FAILED, " ".join(f"{type(error).__name__}: {error}".split())
            unforeseen = error
        finally:
            # Whatever came, it was no death without a word.
            notes.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                run.path.rmdir()  # Nothing is in the folder of an untrained candidate.
        return Finished(proposal, _outcome(proposal, run, status, reason, numbers), unforeseen)

    def _train(self, proposal, run: RunDir, judge: Judge, numbers) -> tuple[str, str]:
        """Status and reason; what is known by then goes into `numbers`."""
        config: RunConfig = proposal.config
        autoencoder = build_autoencoder(
            config.model,
            config.model_config,
            self.data.image_shape,
            config.training.mixed_precision,
            objectives.bottleneck(config),
        )
        numbers |= sizes.measure(autoencoder)
        excess = sizes.excess(
            numbers, self.search.limits, lambda: _in_float32(autoencoder, config).encoder
        )
        if excess:
            return REJECTED, excess

        verdict = None

        def should_stop(rows) -> bool:
            nonlocal verdict
            verdict = judge(proposal, [row.error for row in rows])
            return len(rows) >= proposal.epochs or bool(verdict)

        fitted = fit(
            autoencoder,
            self.data.train,
            self.data.validation,
            config.training,
            objectives.make(config.training_objective, config.objective_config),
            [
                RunRecorder(run, fingerprint(config, self.data.spec)),
                StopWhen(should_stop),
                self.progress(),
            ],
        )
        self._measure(config, run, fitted, numbers)
        epochs, patience = config.training.epochs, config.training.early_stopping
        if len(fitted.rows) == epochs or history.early_stopped(fitted.rows, patience):
            return COMPLETED, ""
        reason = verdict
        if not reason:  # The tuner wants no more epochs of it, for now.
            reason = f"{self.search.tuner.capitalize()}: {len(fitted.rows)} of {epochs} epochs"
        return STOPPED_EARLY, reason

    def _measure(self, config: RunConfig, run: RunDir, fitted, numbers) -> None:
        """The last epoch counts, or the best one with early stopping, as in `kerasae.train`."""
        early = config.training.early_stopping
        row = fitted.rows[history.best_epoch(fitted.rows) - 1 if early else -1]
        numbers[VAL_MSE] = row.error
        if VAL_ACCURACY in self.search.objective:
            judged = load_autoencoder(run.best_model) if early else fitted.autoencoder
            numbers[VAL_ACCURACY] = validation_accuracy(_in_float32(judged, config), self.data)


def seen(data: Data) -> dict[str, Any]:
    """What must be the same for all that train a search's trials, by name."""
    return {
        **guard.known_by(data.spec),
        "image_shape": list(data.image_shape),
        "train_images": data.train.num_images,
        "validation_images": data.validation.num_images,
    }


def failed(folder: SearchDir, proposal: Proposal, reason: str) -> Trial:
    """The outcome of a trial that was given up from outside, with what is on the disk of it."""
    return _outcome(proposal, folder.trial(proposal.trial_id), FAILED, reason, {})


def _outcome(
    proposal: Proposal, run: RunDir, status: str, reason: str, numbers: dict[str, float]
) -> Trial:
    rows = history.read(run)
    return Trial(
        trial_id=proposal.trial_id,
        values=proposal.values,
        status=status,
        reason=reason,
        epochs=len(rows),
        seconds=round(sum(row.seconds for row in rows), 3),
        numbers=numbers,
        errors=tuple(row.error for row in rows),
    )


def _in_float32(autoencoder: Autoencoder, config: RunConfig) -> Autoencoder:
    """A candidate as it is measured and shipped, in whatever it was trained."""
    if not config.training.mixed_precision:
        return autoencoder
    bottleneck = objectives.bottleneck(config)
    return in_float32(autoencoder, config.model, config.model_config, bottleneck)


def _first_line(error: BaseException) -> str:
    """An error's message without TensorFlow's stack of operations."""
    return (str(error).splitlines() or [type(error).__name__])[0]
