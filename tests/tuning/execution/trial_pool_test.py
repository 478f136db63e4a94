"""A pool of workers that only say what workers say: lost, frozen, grown and refusing ones."""

import collections

import pytest
from formula_search import SPACE, outcome

from kerasae.config import RunError
from kerasae.tuning.execution.trial_pool import TrialPool
from kerasae.tuning.proposal import Proposal
from kerasae.tuning.record import COMPLETED, FAILED
from kerasae.tuning.search_dir import SearchDir
from kerasae.workers import pool as pools
from kerasae.workers.worker import Alive, Died, Ended, Ready, Refused, Report

SEEN = {"kerasae": "1", "train_images": 7}


class FakeWorker:
    """Ends each trial after an epoch; `plan` gives what it says in place of that, by trial."""

    def __init__(self, inbox, seen=SEEN, plan=None, memory=1):
        self.inbox, self.seen, self.plan, self.memory = inbox, seen, plan or {}, memory
        self.ended, self.given, self.answers = False, [], []

    def say(self, message):
        self.inbox.put((self, message))

    def start(self):
        self.say(Ready(self.seen) if isinstance(self.seen, dict) else self.seen)

    def give(self, proposal):
        assert proposal.handle is None
        self.given.append(proposal)
        said = self.plan.get(proposal.trial_id)
        message = said.popleft() if said else Report([0.5])
        if message is not None:
            self.say(message)

    def answer(self, stop):
        self.answers.append(stop)
        self.say(Ended(outcome(self.given[-1]), None, self.memory))

    def end(self):
        self.ended = True


@pytest.fixture
def made():
    """All workers that a test's pool made, in their order."""
    return []


@pytest.fixture
def start(tmp_path, made, monkeypatch):
    """Starts a pool of such workers: `start(places, **arguments)`; a moment is short here."""
    monkeypatch.setattr(pools, "TICK", 0.01)
    started = []

    def make(places, show=lambda _: None, patience=60, make_worker=FakeWorker, **arguments):
        def one(inbox):
            made.append(make_worker(inbox, **arguments))
            return made[-1]

        pool = TrialPool(one, places, SearchDir(tmp_path), patience, show)
        started.append(pool)
        return pool.judged_by(lambda *_: None)

    yield make
    for pool in started:
        pool.close()
    assert all(worker.ended for worker in made)


@pytest.fixture
def proposals(load_space):
    """As many as one wants, each of its own candidate."""
    candidates = load_space(SPACE)
    return [
        Proposal(number, f"{number:04d}", values, config, 9, handle=object())
        for number, (values, config) in enumerate(candidates.distinct())
    ]


def run(pool, proposals):
    """All of them; gives the outcomes by trial."""
    left, ended = collections.deque(proposals), {}
    running = 0
    while left or running:
        while left and running < pool.places:
            pool.submit(left.popleft())
            running += 1
        finished = pool.next_finished()
        running -= 1
        assert finished.proposal.handle is not None
        assert finished.trial.trial_id not in ended
        ended[finished.trial.trial_id] = finished.trial
    return ended


@pytest.mark.parametrize("places", [1, 3, 256])
def test_every_trial_ends_once(start, made, proposals, places):
    pool = start(places)
    assert pool.seen() == SEEN
    ended = run(pool, proposals)
    assert {trial.status for trial in ended.values()} == {COMPLETED}
    assert len(ended) == len(proposals) and len(made) == places


def test_a_trial_goes_on_with_another_worker(start, made, proposals, caplog):
    plan = {"0001": collections.deque([Died("SIGKILL"), Died("SIGKILL")])}
    ended = run(start(2, plan=plan), proposals[:4])
    assert {trial.status for trial in ended.values()} == {COMPLETED}
    assert len(made) == 4
    assert caplog.text.count("trial 0001 lost its worker") == 2


def test_what_kills_its_workers_is_given_up(start, made, proposals, tmp_path):
    notes = SearchDir(tmp_path).attempts("0001")
    notes.parent.mkdir(parents=True)
    notes.write_text("{}", encoding="utf-8")
    plan = {"0001": collections.deque([Died("SIGSEGV")] * pools.MAX_DEATHS)}
    ended = run(start(2, plan=plan), proposals[:4])
    assert [ended[name].status for name in sorted(ended)] == [
        COMPLETED, FAILED, COMPLETED, COMPLETED,
    ]  # fmt: skip
    assert ended["0001"].reason == (
        "it lost 3 workers in a row without getting any further; the last: SIGSEGV"
    )
    assert not notes.exists()


def test_a_finished_epoch_begins_anew(start, proposals):
    """Its worker dies whenever it is given, but each report is progress."""

    class Mortal(FakeWorker):
        def answer(self, stop):
            if len(self.plan["0000"]) > 1:
                self.plan["0000"].popleft()
                self.say(Died("SIGKILL"))
            else:
                super().answer(stop)

    plan = {"0000": collections.deque([Report([0.5])] * 12)}
    ended = run(start(1, make_worker=Mortal, plan=plan), proposals[:1])
    assert ended["0000"].status == COMPLETED


def test_one_that_says_nothing_is_replaced(start, made, proposals, caplog):
    plan = {"0000": collections.deque([None])}
    pool = start(1, plan=plan, patience=0.05)
    ended = run(pool, proposals[:2])
    assert {trial.status for trial in ended.values()} == {COMPLETED}
    assert len(made) == 2 and made[0].ended
    assert "no progress for 0.05 seconds" in caplog.text


def test_one_that_is_alive_or_idle_is_not(start, made, proposals, monkeypatch):
    pool = start(2, plan={"0000": collections.deque([None])}, patience=0.05)
    pool.submit(proposals[0])
    pool.seen()
    for _ in range(20):
        made[0].say(Alive())
        pool._step()
    assert len(made) == 2
    made[0].say(Ended(outcome(proposals[0]), None, 1))
    assert pool.next_finished().trial.status == COMPLETED


def test_time_stands_still_where_the_search_itself_was_stopped(start, made, proposals, monkeypatch):
    pool = start(1, plan={"0000": collections.deque([None])}, patience=0.05)
    pool.submit(proposals[0])
    pool.seen()
    pool._last_tick -= 3600
    pool._step()
    assert len(made) == 1


def test_one_that_has_grown_is_replaced_between_trials(start, made, proposals):
    class Growing(FakeWorker):
        def answer(self, stop):
            self.memory += pools.MAX_GROWTH // 2 + 1
            super().answer(stop)

    assert len(run(start(1, make_worker=Growing), proposals[:7])) == 7
    assert [len(worker.given) for worker in made] == [3, 3, 1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"seen": Died("exit code 1: no module")}, "3 workers in a row didn't start: exit code 1"),
        ({"seen": Refused(OSError("no space left"))}, "no space left"),
    ],
)
def test_what_can_never_work_ends_the_search(start, arguments, words):
    with pytest.raises((RunError, OSError), match=words):
        start(2, **arguments).seen()


def test_what_cannot_go_on_is_named(start, proposals, caplog):
    plan = {"0001": collections.deque([Refused(OSError("no space left"))])}
    with pytest.raises(OSError, match="no space left"):
        run(start(1, plan=plan), proposals[:3])
    assert "trial 0001 can't go on" in caplog.text


def test_workers_that_see_other_images_are_refused(start, made):
    pool = start(2)
    made[1].say(Ready({**SEEN, "train_images": 8}))
    with pytest.raises(RunError, match="train_images was 7 before and is 8 now"):
        for _ in range(4):  # Two workers are ready, one of them again; a step may be empty.
            pool._step()


def test_a_trial_is_judged_after_each_epoch(start, made, proposals):
    pool = start(1)
    pool.judged_by(lambda proposal, errors: f"{proposal.trial_id} {errors[-1]}")
    run(pool, proposals[:1])
    assert made[0].answers == ["0000 0.5"]
