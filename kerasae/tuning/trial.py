"""Trains one candidate, and returns what became of it."""

import contextlib
import dataclasses

import tensorflow as tf

from kerasae import objectives
from kerasae.config import ConfigError, RunConfig, RunError
from kerasae.data.pipeline import Data
from kerasae.models.autoencoder import (
    Autoencoder,
    build_autoencoder,
    in_float32,
    load_autoencoder,
)
from kerasae.run_dir import RunDir
from kerasae.runs.fingerprint import fingerprint
from kerasae.training import history
from kerasae.training.callbacks import StopWhen
from kerasae.training.fit import fit
from kerasae.training.guards import DivergenceError
from kerasae.training.progress import ProgressBar
from kerasae.training.run_recorder import RunRecorder
from kerasae.training.seeding import seeded
from kerasae.tuning import attempts, sizes, stopping
from kerasae.tuning.objectives import VAL_ACCURACY, VAL_MSE
from kerasae.tuning.oracle import Proposal
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
    """

    search: SearchConfig
    folder: SearchDir
    data: Data

    def train(
        self, proposal: Proposal, finished: list[tuple[float, ...]]
    ) -> tuple[Trial, Exception | None]:
        """Trains a candidate as far as proposed, going on from its last finished epoch.

        Every trial starts from the search's own seed: the same initial draws
        and the same order of images make candidates comparable, and
        `kerasae.train` with the trial's flags does the very same.

        Args:
            proposal: What to train.
            finished: Errors by epoch of the completed trials, for the median rule.

        Returns:
            What became of it, and the error where it failed by one that is
            neither divergence, lack of memory nor a combination that makes no
            model.

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
                with seeded(proposal.config.training.seed):
                    status, reason = self._train(proposal, run, finished, numbers)
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
        rows = history.read(run)
        trial = Trial(
            trial_id=proposal.trial_id,
            values=proposal.values,
            status=status,
            reason=reason,
            epochs=len(rows),
            seconds=round(sum(row.seconds for row in rows), 3),
            numbers=numbers,
            errors=tuple(row.error for row in rows),
        )
        return trial, unforeseen

    def _train(self, proposal, run: RunDir, finished, numbers) -> tuple[str, str]:
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

        def should_prune(rows) -> str | None:
            if not self.search.stops_by_median:
                return None
            errors = [row.error for row in rows]
            return stopping.should_prune(errors, finished, config.training.epochs)

        fitted = fit(
            autoencoder,
            self.data.train,
            self.data.validation,
            config.training,
            objectives.make(config.training_objective, config.objective_config),
            [
                RunRecorder(run, fingerprint(config, self.data.spec)),
                StopWhen(lambda rows: len(rows) >= proposal.epochs or bool(should_prune(rows))),
                ProgressBar(),
            ],
        )
        self._measure(config, run, fitted, numbers)
        epochs, patience = config.training.epochs, config.training.early_stopping
        if len(fitted.rows) == epochs or history.early_stopped(fitted.rows, patience):
            return COMPLETED, ""
        reason = should_prune(fitted.rows)
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


def _in_float32(autoencoder: Autoencoder, config: RunConfig) -> Autoencoder:
    """A candidate as it is measured and shipped, in whatever it was trained."""
    if not config.training.mixed_precision:
        return autoencoder
    bottleneck = objectives.bottleneck(config)
    return in_float32(autoencoder, config.model, config.model_config, bottleneck)


def _first_line(error: BaseException) -> str:
    """An error's message without TensorFlow's stack of operations."""
    return (str(error).splitlines() or [type(error).__name__])[0]
