"""What a finished training has beside its numbers."""

from pathlib import Path

from kerasae.run_dir import RunDir

FIGURES = ("loss_by_epoch", "reconstructions")


def probe(run: RunDir) -> Path:
    """The reconstructions that the figure shows."""
    return run.probes / "reconstructions.npz"


def codes(run: RunDir) -> Path:
    """The codes for TensorBoard."""
    return run.tensorboard / "codes"


def are_there(run: RunDir, tensorboard: bool) -> bool:
    """Whether none of them is missing.

    Args:
        run: A finished run.
        tensorboard: Whether it should have what TensorBoard shows, too.
    """
    figures = (run.figures / f"{name}.png" for name in FIGURES)
    needed = [run.saved_model, probe(run), *figures, *([codes(run)] if tensorboard else [])]
    return all(path.exists() for path in needed)
