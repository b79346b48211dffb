"""Whatever comes when: limits hold at every moment, everything accepted runs once, nobody starves."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.conftest import Bench
from tests.engine.flow_app import PURE, STEPS, Work, files, left, waiting, working
from tests.until import until

Make = Callable[..., Bench]

LAW: Final = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
PERIOD: Final = 10_000
KEPT: Final = (
    "op_queue",
    "op_runs",
    "op_batches",
    "op_items",
    "op_places",
    "op_lines",
    "op_gates",
    "op_starts",
    "t_log",
)


@pytest.fixture(autouse=True)
def work() -> Iterator[None]:
    with working():
        yield


@dataclass(frozen=True)
class Limits:
    """How many at once (0: no limit) and in ten seconds, of all or of each key."""

    at_once: int
    rate: int
    at_once_by_key: bool
    rate_by_key: bool

    @property
    def text(self) -> str:
        lines = []
        if self.at_once:
            lines.append(f"at_once: {{limit: {self.at_once}{', key: =kind' if self.at_once_by_key else ''}}}")
        if self.rate:
            lines.append(f"rate: {{limit: {self.rate} per 10 seconds{', key: =kind' if self.rate_by_key else ''}}}")
        return "\n".join(lines)


LIMITS = st.builds(Limits, st.integers(0, 3), st.integers(0, 4), st.booleans(), st.booleans())
MOVES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["later", "listed"]), st.integers(1, 5), st.sampled_from("ab")),
        st.tuples(st.just("forward"), st.integers(1, 15_000), st.just("")),
        st.tuples(st.just("release"), st.integers(1, 3), st.just("")),
        st.tuples(st.just("change"), st.integers(0, 1), st.just("")),
    ),
    min_size=3,
    max_size=12,
)


@dataclass
class Gate:
    """Lets as many out of the outside step as the test says."""

    passes: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def wait(self) -> None:
        await self.passes.acquire()


class Story:
    """An app with limits, whose clock and outside the test has in its hand."""

    def __init__(self, app: Bench, limits: Limits) -> None:
        self.app, self.limits = app, limits
        self.names: list[str] = []
        self.gate = Gate()
        self.finished = 0
        Work.inside, Work.most, Work.begun = {}, {}, []
        Work.gate = cast("asyncio.Event", self.gate)

    async def move(self, what: str, number: int, kind: str) -> None:
        match what:
            case "forward":
                self.app.clock.forward(number)
            case "release":
                await self.release(number)
            case "change":  # the limits are read again
                self.app.engine.follow()
            case _:
                names = [f"{len(self.names) + one}" for one in range(number)]
                self.names += names
                outcome = await self.app.engine.call(self.app.api_call(what, {"names": names, "kind": kind}))
                assert outcome.state == "finished"
        await self.drained()

    async def release(self, number: int) -> None:
        """Let some that are outside come back, and wait until they have ended."""
        number = min(number, sum(Work.inside.values()))
        self.finished += number
        for _ in range(number):
            self.gate.passes.release()
        await until(lambda: self.app.count("log") == self.finished)

    async def drained(self) -> int:
        """Let begin what may, and look whether the limits hold."""
        count = 0
        while done := await self.app.engine.drain(1.0):
            count += done
        outside = "SELECT count(*) FROM op_runs WHERE state = 'outside'"
        await until(lambda: self.app.database.read(lambda tx: tx.rows(outside))[0][0] == sum(Work.inside.values()))
        if self.limits.at_once:
            inside = Work.inside.values() if self.limits.at_once_by_key else [sum(Work.inside.values())]
            assert max(inside, default=0) <= self.limits.at_once
        return count


def starts(app: Bench, by_key: bool) -> list[list[int]]:
    """When the runs began, of each key or of all."""
    rows = app.database.read(lambda tx: tx.rows("SELECT text, kind FROM t_log"))
    kinds = dict(cast("list[tuple[str, str]]", rows))
    found: dict[str, list[int]] = defaultdict(list)
    for name, at in Times.of.items():
        found[kinds[name] if by_key else ""].append(at)
    return [sorted(times) for times in found.values()]


class Times:
    """When each run reached its outside step, by the virtual clock: it does not move while runs begin."""

    of: dict[str, int]


@given(limits=LIMITS, moves=MOVES)
@LAW
def test_limits_hold_at_every_moment_and_everything_accepted_runs_once(
    bench: Make, limits: Limits, moves: list[tuple[str, int, str]]
) -> None:
    app = fresh(bench(files(limits.text, STEPS)))
    Times.of = {}

    async def play() -> None:
        story = Story(app, limits)
        for what, number, kind in moves:
            await story.move(what, number, kind)
            note_starts(app)
        while waiting(app) or sum(Work.inside.values()):
            await story.move("release", 100, "")
            note_starts(app)
            app.clock.forward(PERIOD // 4)
        assert sorted(app.values("log", "text")) == sorted(story.names)
        assert Counter(Work.begun) == Counter(story.names)

    asyncio.run(play())
    assert waiting(app) == []
    assert left(app)["op_places"] == 0
    if limits.rate:
        for times in starts(app, limits.rate_by_key):
            for first, beyond in zip(times, times[limits.rate :], strict=False):
                assert beyond - first >= PERIOD, f"more than {limits.rate} from {first} on"


def note_starts(app: Bench) -> None:
    """Keep the moment at which those began that were not there when it was last called."""
    for name in Work.begun:
        Times.of.setdefault(name, app.clock.now())


ARRIVALS = st.lists(st.tuples(st.sampled_from(["high", "normal", "low"]), st.integers(1, 12)), min_size=1, max_size=8)


@given(arrivals=ARRIVALS)
@LAW
def test_of_eight_turns_each_priority_that_waits_has_one(bench: Make, arrivals: list[tuple[str, int]]) -> None:
    app = fresh(bench(priorities()))
    left_of: Counter[str] = Counter()
    number = 0
    for level, count in arrivals:
        app.call(f"later_{level}", names=[str(number + one) for one in range(count)])
        number += count
        left_of[level] += count
    since: Counter[str] = Counter()
    while left_of.total():
        before = app.values("log", "kind")
        asyncio.run(app.engine.drain(0.0))
        (level,) = (Counter(app.values("log", "kind")) - Counter(before)).elements()
        since = Counter({one: since[one] + 1 for one, count in left_of.items() if count and one != level})
        left_of[level] -= 1
        assert max(since.values(), default=0) < 8, "one of them starves"
    assert sorted(map(int, app.values("log", "text"))) == list(range(number))


def priorities() -> dict[str, str]:
    """A workflow of each priority, and one that schedules it."""
    made = files("", PURE)
    go, later = made["workflows/go.yaml"], made["workflows/later.yaml"]
    for level in ("high", "normal", "low"):
        made[f"workflows/{level}.yaml"] = go.replace("kind: =kind", f"kind: {level}") + f"priority: {level}\n"
        made[f"workflows/later_{level}.yaml"] = later.replace("workflow: go,", f"workflow: {level},")
    return made


def fresh(app: Bench) -> Bench:
    """The app with nothing of the example before."""

    def segment(tx: Any) -> None:
        for table in KEPT:
            tx.change(f"DELETE FROM {table}")

    app.database.write_now(segment)
    return app
