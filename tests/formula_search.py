"""Whole searches where training is a formula."""

from kerasae import registry
from kerasae.tuning.objectives import KNOWN, VAL_MSE
from kerasae.tuning.oracle import TunerConfig
from kerasae.tuning.record import COMPLETED, STOPPED_EARLY, Ended, Proposed, Trial

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
    """Least for one stage of 2 filters and the largest code; no two rates give the same."""
    width = values["model.filters[0]"] * values.get("stages", 1)
    return (width / values["model.latent_dim"] + 1e-6 * values.get("learning_rate", 0)) / epochs


def outcome(proposal, fate=None):
    """What becomes of a proposal; `fate` gives statuses by trial."""
    status = COMPLETED if proposal.epochs == EPOCHS else STOPPED_EARLY
    status = (fate or {}).get(proposal.trial_id, status)
    numbers = {"val_mse_per_pixel": error(proposal.values, proposal.epochs), "parameters": 7}
    return Trial(
        proposal.trial_id,
        proposal.values,
        status,
        "",
        proposal.epochs,
        1.0,
        numbers if status in (COMPLETED, STOPPED_EARLY) else {},
    )


def at_once(name, candidates, places, order, trials=SIZE, fate=None):
    """The events of a search with so many trials under way, which end as `order` draws it."""
    oracle = registry.load(registry.TUNERS, name, "--tuner").Tuner(
        TunerConfig(candidates, ERROR, 1, EPOCHS, trials)
    )
    events, under_way = [], []
    while True:
        while len(under_way) < places and (proposal := oracle.propose()) is not None:
            under_way.append(proposal)
            events.append(proposal.recorded)
        if not under_way:
            return events
        ended = under_way.pop(order.randrange(len(under_way)))
        events.append(Ended(ended.number, outcome(ended, fate)))
        oracle.tell(ended, events[-1].trial)


def replayed(name, candidates, events, known, trials=SIZE):
    """Asks and tells as the events do, the first `known` of them as known; gives what is asked."""
    oracle = registry.load(registry.TUNERS, name, "--tuner").Tuner(
        TunerConfig(candidates, ERROR, 1, EPOCHS, trials)
    )
    under_way, asked = {}, []
    for at, event in enumerate(events):
        if isinstance(event, Ended):
            oracle.tell(under_way.pop(event.number), event.trial)
        else:
            proposal = oracle.propose(event if at < known else None)
            under_way[proposal.number] = proposal
            asked.append(proposal.recorded)
    return asked


def proposed(outcome):
    """The record of the proposal that had this outcome."""
    return Proposed(0, outcome.trial_id, outcome.values, outcome.epochs)


def search(name, candidates, trials=SIZE, seed=1, known=(), fate=None, objectives=ERROR, left=None):
    """Proposes and answers to the end; `fate` gives statuses by trial, `left` gets epochs left."""
    config = TunerConfig(candidates, objectives, seed, EPOCHS, trials)
    oracle = registry.load(registry.TUNERS, name, "--tuner").Tuner(config)
    outcomes = []
    while len(outcomes) < 200:
        past = proposed(known[len(outcomes)]) if len(outcomes) < len(known) else None
        proposal = oracle.propose(past)
        if proposal is None:
            return outcomes
        outcomes.append(outcome(proposal, fate))
        oracle.tell(proposal, outcomes[-1])
        if left is not None:
            left.append(oracle.epochs_left())
    raise AssertionError("the search doesn't end")
