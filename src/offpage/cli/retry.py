"""offpage runs retry: failed runs once more, from the step that failed or from the start."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from offpage.cli.moments import MOMENT
from offpage.cli.options import chosen, environment, folder_and, json_lines, place_of, settings
from offpage.cli.printing import Printer, confirmed, plain
from offpage.cli.run_names import check_workflow

if TYPE_CHECKING:
    from offpage.engine.rerunning import Origin, Plan
    from offpage.host.compose import Name
    from offpage.host.failed_runs import FailedRuns, Retried

RUN_ID: Final = re.compile(r"[0-9]{10,}x[0-9]+\Z")
SHOWN: Final = 50
"""How many lines of a warning people are shown."""

WORDS: Final = {
    "mail": ("mail", "mails"),
    "call": ("call", "calls"),
    "file": ("file", "files"),
    "run": ("workflow that starts", "workflows that start"),
    "data": ("change of data", "changes of data"),
}


@click.command("retry")
@folder_and("run_ids", many=True)
@click.option("--workflow", metavar="NAME", help="All failed runs of this workflow.")
@click.option("--since", type=MOMENT, help="All that began since then: `2h` ago, or a moment (UTC).")
@click.option("--until", type=MOMENT, help="All that began before then.")
@click.option("--user", "user_id", metavar="ID", help="All for this user.")
@click.option(
    "--from", "origin", type=click.Choice(["failed", "start"]), default="failed", show_default=True,
    help="At the step that failed, as the app was then; or at the first, as a new run of the app as it is now.",
)  # fmt: skip
@click.option("--limit", type=click.IntRange(1), default=1_000, show_default=True, help="How many at most.")
@click.option("--yes", is_flag=True, help="Go ahead though mails or calls are repeated.")
@environment
@settings("data", "database")
@json_lines
def retry(
    folder: Path,
    run_ids: tuple[str, ...],
    workflow: str | None,
    since: int | None,
    until: int | None,
    user_id: str | None,
    origin: Origin,
    limit: int,
    yes: bool,
    environment: Name,
    printer: Printer,
    **given: Any,
) -> int:
    """Try failed runs again: those with these IDs, or all of a workflow, of a time, for a user.

    What that repeats is shown first: mails, calls, files and, from the start, all that the runs had done. If there is
    anything to tell, it asks; --yes answers. A running server takes them up within a second, another when it starts.
    Items of batches wait in their batches again.
    """
    if wrong := next((one for one in run_ids if not RUN_ID.match(one)), None):
        raise click.UsageError(f"`{wrong}` is no id of a run. See them with: offpage runs list")
    by_filter = any(one is not None for one in (workflow, since, until, user_id))
    if bool(run_ids) == by_filter:
        raise click.UsageError("Say which: one or more IDs, or --workflow, --since, --until, --user.")
    place = place_of(folder, chosen(given))
    from offpage.host.failed_runs import failed_runs
    from offpage.kernel.events import Events
    from offpage.store.run_lists import RunFilter

    with failed_runs(place, environment, Events()) as reruns:
        if run_ids:
            plans = [reruns.one(one, origin) for one in run_ids]
        else:
            which = RunFilter(workflow=workflow, since=since, until=until, user_id=user_id)
            plans = reruns.some(which, origin, limit)
        if not plans:
            if workflow is not None:
                check_workflow(reruns.database, folder, workflow)
            printer.text("There are no such runs that have failed, or they were tried again already.")
            return 0
        if not _may_go_ahead(reruns, plans, printer, yes=yes):
            return 1
        return _tell(reruns.retry(plans), plans, printer, environment)


def _may_go_ahead(reruns: FailedRuns, plans: Sequence[Plan], printer: Printer, *, yes: bool) -> bool:
    """Show what is repeated, and ask whether that is wanted."""
    views = [reruns.view(one) for one in plans if not one.why_not]
    for view in views:
        printer.data({"event": "planned", **view})
    repeats = [(view, one) for view in views for one in view["repeats"]]
    if not repeats:
        return True
    count: Counter[str] = Counter()
    for _, one in repeats:
        count[one["kind"]] += one["times"]
    told = ", ".join(f"{count[kind]:,} {words[count[kind] > 1]}" for kind, words in WORDS.items() if count[kind])
    printer.hint(f"This would repeat what was done before, or may have been: {told}.")
    noted = [pair for pair in repeats if pair[1]["kind"] != "data"]
    for view, one in noted[:SHOWN]:
        printer.hint(f"  {_line(view, one)}")
    if len(noted) > SHOWN:
        printer.hint(f"  … and {len(noted) - SHOWN:,} more (all of them with --json)")
    return confirmed(printer, yes=yes, repeats=dict(count))


def _line(view: dict[str, Any], one: dict[str, Any]) -> str:
    what = "  ".join(f"{name}: {plain(value, 80)}" for name, value in one["what"].items())
    times = (
        f"  {one['times']:,} times{' or more' if one['or_more'] else ''}" if one["times"] > 1 or one["or_more"] else ""
    )
    sure = "" if one["certain"] else "  (may have arrived)"
    key = "  (with the same idempotency key)" if one["same_key"] else ""
    return f"{view['id']}  {one['address']}  {one['do']}  {what}{times}{sure}{key}"


def _tell(told: Sequence[Retried], plans: Sequence[Plan], printer: Printer, environment: str) -> int:
    """Say what became of each; returns the exit code."""
    for one, plan in zip(told, plans, strict=True):
        printer.data(
            {"event": "failed" if one.error else "queued", "id": one.run_id, "workflow": one.workflow}
            | ({"error": one.error} if one.error else {"run_id": one.new_id or None})
        )
        if one.error:
            printer.text(f"{one.run_id}  not tried again: {one.error}")
        elif plan.item:
            printer.text(f"{one.run_id}  waits in its batch again")
        elif plan.origin == "start":
            printer.text(f"{one.run_id}  begins anew as {one.new_id}")
        else:
            printer.text(f"{one.run_id}  goes on from the step that failed")
    return 1 if any(one.error for one in told) else 0
