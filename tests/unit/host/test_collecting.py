"""What the garbage collector need not look at. In a process of its own: it would keep what other tests have left."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent


def said(program: str) -> list[str]:
    """What a program prints."""
    done = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_collector_does_not_look_at_what_was_set_aside() -> None:
    assert said("""
        import gc
        from offpage.host.collecting import set_aside
        kept = [{} for _ in range(1000)]
        set_aside()
        print(gc.get_freeze_count() > 1000, any(one is kept for one in gc.get_objects()))
    """) == ["True", "False"]


def test_what_was_set_aside_and_holds_itself_is_gone_after_the_next_time() -> None:
    assert said("""
        import gc, weakref
        from offpage.host.collecting import set_aside
        class Ring: pass
        ring = Ring(); ring.itself = ring
        gone = weakref.ref(ring)
        set_aside()
        del ring
        gc.collect()
        print(gone() is None)
        set_aside()
        print(gone() is None)
    """) == ["False", "True"]


def test_the_collector_is_off_while_an_app_is_read_and_on_afterwards() -> None:
    assert said("""
        import gc
        from offpage.host.collecting import uncollected
        with uncollected():
            print(gc.isenabled())
        print(gc.isenabled())
    """) == ["False", "True"]
