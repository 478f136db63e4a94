import gc

import pytest

from kerasae.training.garbage import gc_frozen


def test_what_exists_is_left_alone_until_the_end():
    before = gc.get_freeze_count()
    with pytest.raises(RuntimeError), gc_frozen():
        assert gc.get_freeze_count() > before + 1000
        raise RuntimeError
    assert gc.get_freeze_count() == 0


def test_the_outer_of_two_blocks_decides():
    with gc_frozen():
        count = gc.get_freeze_count()
        new = [[] for _ in range(10_000)]
        with gc_frozen():
            assert gc.get_freeze_count() < count + len(new)
        assert gc.get_freeze_count() > count / 2
    assert gc.get_freeze_count() == 0


def test_new_garbage_is_found():
    with gc_frozen():
        loop = []
        loop.append(loop)
        del loop
        assert gc.collect() >= 1
