"""Workflows that start again and again: by a plan, or armed for a thing; missed starts; a year in seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from offpage.host.coming import coming
from offpage.store import queue, recurring
from tests.engine.conftest import Bench

Make = Callable[..., Bench]

OSLO = ZoneInfo("Europe/Oslo")
LOG = "label: Log\nfields: {order: order, at: date, due: date}\n"
NOTE = "steps:\n  - {do: create_thing, with: {type: log, set: {at: =now}}}\n"


def at(text: str, zone: ZoneInfo = OSLO) -> int:
    """A moment as the clock on the wall shows it."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def wall(ms: int, zone: ZoneInfo = OSLO) -> str:
    """What the clock on the wall shows at a moment."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def planned(bench: Make, plan: str, start: str, **more: str) -> Bench:
    """A bench whose workflow `tick` notes when it runs, begun at a moment."""
    tick = f"trigger: recurring\ntime_zone: Europe/Oslo\n{plan}\n{NOTE}"
    app = bench({"types/log.yaml": LOG, "workflows/tick.yaml": tick, **more})
    app.clock.moment = at(start)
    app.engine.follow()
    return app


def run_until(app: Bench, end: str) -> None:
    """Let time pass: from start to start, as a server would that is always on."""
    last = at(end)
    while (due := app.database.read(queue.next_due)) is not None and due <= last:
        app.clock.moment = max(app.clock.moment, due)
        asyncio.run(app.engine.drain(0.05))
    app.clock.moment = last


def noted(app: Bench) -> list[str]:
    """When `tick` ran, on the wall."""
    return [wall(ms) for ms in app.values("log", "at")]


def test_a_cron_starts_at_its_times_in_its_zone(bench: Make) -> None:
    app = planned(bench, 'cron: "30 9 * * 1-5"', "2026-01-02 09:00:00")
    run_until(app, "2026-01-06 12:00:00")
    assert noted(app) == ["2026-01-02 09:30:00", "2026-01-05 09:30:00", "2026-01-06 09:30:00"]


def test_a_cron_may_say_seconds(bench: Make) -> None:
    app = planned(bench, 'cron: "*/20 * * * * *"', "2026-01-02 09:00:05")
    run_until(app, "2026-01-02 09:01:05")
    assert noted(app) == ["2026-01-02 09:00:20", "2026-01-02 09:00:40", "2026-01-02 09:01:00"]


def test_a_period_counts_from_its_start(bench: Make) -> None:
    app = planned(bench, "every: month\nstarts: 2026-01-31 08:00", "2026-01-01 00:00:00")
    run_until(app, "2026-06-01 00:00:00")
    assert [one[5:10] for one in noted(app)] == ["01-31", "02-28", "03-31", "04-30", "05-31"]


@pytest.mark.parametrize(
    ("missed", "count"), [("once", 1), ("skip", 0), ("all", 10)], ids=["one for all", "none", "each"]
)
def test_starts_that_were_missed_are_made_up_for_as_the_workflow_says(bench: Make, missed: str, count: int) -> None:
    app = planned(bench, f'cron: "0 12 * * *"\nmissed: {missed}', "2026-03-01 13:00:00")
    app.clock.moment = at("2026-03-11 12:30:00")
    while asyncio.run(app.engine.drain(0.05)):
        pass
    assert len(noted(app)) == count
    run_until(app, "2026-03-12 13:00:00")
    assert noted(app)[count:] == ["2026-03-12 12:00:00"]


def test_there_is_always_exactly_one_run_of_a_recurrence_that_waits(bench: Make) -> None:
    app = planned(bench, "every: 1 hour", "2026-01-01 00:00:00")
    for _ in range(5):
        app.engine.follow()
        assert app.database.read(queue.count) == 1
        run_until(app, wall(app.clock.moment + 3_600_000))
    assert len(noted(app)) == 5


def test_a_plan_that_is_changed_is_followed_and_one_that_is_gone_is_not(bench: Make) -> None:
    app = planned(bench, "every: 1 hour", "2026-01-01 00:00:00")
    files = dict(app.program.app.files)
    app.define({**files, "workflows/tick.yaml": files["workflows/tick.yaml"].replace("1 hour", "1 day")})
    app.engine.follow()
    assert wall(app.database.read(queue.next_due) or 0) == "2026-01-02 00:00:00"
    app.define({name: text for name, text in files.items() if name != "workflows/tick.yaml"})
    app.engine.follow()
    assert app.database.read(queue.next_due) is None


def test_a_recurring_workflow_runs_as_it_is_now(bench: Make) -> None:
    app = planned(bench, "every: 1 day", "2026-01-01 00:00:00")
    files = dict(app.program.app.files)
    app.define({**files, "workflows/tick.yaml": files["workflows/tick.yaml"] + NOTE.removeprefix("steps:\n")})
    run_until(app, "2026-01-02 01:00:00")
    assert len(noted(app)) == 2


REMIND = """
trigger: recurring
type: order
steps:
  - {do: create_thing, with: {type: log, set: {order: =thing, at: =now}}}
"""
ARM = """
auth: none
parameters: {order: order, every: text, starts: {type: date, optional: yes}}
steps:
  - {do: set_recurring, as: next, with: {workflow: remind, thing: =order, every: =every, starts: =starts}}
  - {do: return_data, with: {values: {next: =next}}}
"""
MAKE = "auth: none\nsteps:\n  - {do: create_thing, as: made, with: {type: order}}\n"
MAKE += "  - {do: return_data, with: {values: {id: =made.id}}}\n"
DROP = "auth: none\nsteps:\n  - {do: delete_list, with: {list: =search(order)}}\n"


def armed(bench: Make, start: str) -> tuple[Bench, str]:
    """A bench with an order, and a workflow `arm` that arms `remind` for it."""
    files = {"remind": REMIND, "arm": ARM, "make": MAKE, "drop": DROP}
    app = bench(
        {
            "app.yaml": "name: Test\ntime_zone: Europe/Oslo\n",
            "types/log.yaml": LOG,
            **{f"workflows/{name}.yaml": text for name, text in files.items()},
        }
    )
    app.clock.moment = at(start)
    return app, app.call("make").answer.values["id"]


def test_a_start_that_was_cancelled_is_not_armed_again_before_its_schedule_changes(bench: Make) -> None:
    app = planned(bench, "every: 1 day", "2026-01-02 09:00:00")
    (one,) = app.database.read(lambda tx: recurring.soonest(tx, 9))
    assert app.database.write_now(lambda tx: queue.cancel(tx, one.run_id))
    app.restart()
    app.engine.follow()
    assert app.database.read(queue.next_due) is None
    assert app.database.read(lambda tx: coming(tx, app.program, app.clock.now(), 5)) == []
    tick = app.program.app.files["workflows/tick.yaml"].replace("1 day", "2 days")
    app.define({**app.program.app.files, "workflows/tick.yaml": tick})
    app.engine.follow()
    run_until(app, "2026-01-05 12:00:00")
    assert noted(app) == ["2026-01-04 09:00:00"]


def test_a_workflow_that_is_armed_for_a_thing_starts_for_it_until_it_is_cancelled(bench: Make) -> None:
    app, order = armed(bench, "2026-01-05 08:00:00")
    app.call("arm", order=order, every="weekly")
    run_until(app, "2026-01-20 00:00:00")
    assert noted(app) == ["2026-01-12 08:00:00", "2026-01-19 08:00:00"]
    assert app.values("log", "order") == [order, order]
    app.call("arm", order=order, every="none")
    run_until(app, "2026-03-01 00:00:00")
    assert len(noted(app)) == 2
    assert app.database.read(queue.next_due) is None


def test_arming_again_never_starts_before_the_start_that_waits(bench: Make) -> None:
    """bubble.md 4.3: otherwise it moves on by one more period."""
    app, order = armed(bench, "2026-01-05 08:00:00")
    app.call("arm", order=order, every="week")
    app.call("arm", order=order, every="day", starts=at("2026-01-10 09:00:00"))
    (one,) = app.database.read(lambda tx: recurring.soonest(tx, 9))
    assert wall(one.next_at) == "2026-01-11 09:00:00"
    app.call("arm", order=order, every="day", starts=at("2026-02-10 09:00:00"))
    (one,) = app.database.read(lambda tx: recurring.soonest(tx, 9))
    assert wall(one.next_at) == "2026-02-10 09:00:00"
    assert app.database.read(queue.count) == 1


def test_a_recurrence_ends_with_its_thing(bench: Make) -> None:
    app, order = armed(bench, "2026-01-05 08:00:00")
    app.call("arm", order=order, every="day")
    app.call("drop")
    run_until(app, "2026-01-09 00:00:00")
    assert noted(app) == []
    assert app.database.read(lambda tx: recurring.soonest(tx, 9)) == []


def test_a_frequency_that_is_none_fails_with_a_clear_sentence(bench: Make) -> None:
    app, order = armed(bench, "2026-01-05 08:00:00")
    error = app.call("arm", order=order, every="fortnightly or so").error
    assert error is not None
    assert "is no frequency" in error.message


def test_a_year_of_reminders_passes_in_seconds_over_both_changes_of_the_clocks(bench: Make) -> None:
    app, order = armed(bench, "2026-01-01 02:30:00")
    app.call("arm", order=order, every="day")
    run_until(app, "2027-01-01 12:00:00")
    times = noted(app)
    assert len(times) == 365
    assert len({one[:10] for one in times}) == 365
    # The night when 02:30 does not exist, and the one when it comes twice.
    assert [one for one in times if one[11:] != "02:30:00"] == ["2026-03-29 03:30:00"]
    assert "2026-10-25 02:30:00" in times
