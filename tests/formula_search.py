"""Whole searches where training is a formula."""

from kerasae import registry
from kerasae.tuning.objectives import KNOWN, VAL_MSE
from kerasae.tuning.oracle import TunerConfig
from kerasae.tuning.record import COMPLETED, STOPPED_EARLY, Trial

EPOCHS = 9
ERROR = (KNOWN[VAL_MSE],)
# One stage with 2 widths or two with 2 x 2, each with 3 latent sizes: 18 runs.
SPACE = """
[stages]
choices = [1, 2]
["model.filters[0]"]
choices = [2, 4]
["model.filters[1]"]
choices = [2, 4]
when = { stages = 2 }
["model.latent_dim"]
min = 2
max = 6
step = 2
"""
SIZE = 18


def error(values, epochs=EPOCHS):
    """Least for one stage of 2 filters and the largest code."""
    return (
        values["model.filters[0]"] * values.get("stages", 1) / values["model.latent_dim"] / epochs
    )


def search(name, candidates, trials=SIZE, seed=1, known=(), fate=None, objectives=ERROR, left=None):
    """Proposes and answers to the end; `fate` gives statuses by trial, `left` gets epochs left."""
    config = TunerConfig(candidates, objectives, seed, EPOCHS, trials)
    oracle = registry.load(registry.TUNERS, name, "--tuner").Tuner(config)
    outcomes = []
    while len(outcomes) < 200:
        past = known[len(outcomes)] if len(outcomes) < len(known) else None
        proposal = oracle.propose(past)
        if proposal is None:
            return outcomes
        status = COMPLETED if proposal.epochs == EPOCHS else STOPPED_EARLY
        status = (fate or {}).get(proposal.trial_id, status)
        numbers = {"val_mse_per_pixel": error(proposal.values, proposal.epochs), "parameters": 7}
        outcomes.append(
            Trial(
                proposal.trial_id,
                proposal.values,
                status,
                "",
                proposal.epochs,
                1.0,
                numbers if status in (COMPLETED, STOPPED_EARLY) else {},
            )
        )
        oracle.tell(proposal, outcomes[-1])
        if left is not None:
            left.append(oracle.epochs_left())
    raise AssertionError("the search doesn't end")
