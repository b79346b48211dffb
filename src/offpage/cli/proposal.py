"""What a deploy would change, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from offpage.cli.check import issue_line, summary
from offpage.cli.printing import Printer

if TYPE_CHECKING:
    from offpage.host.proposing import Affected, Proposal

SIGNS: Final = {"added": ("+", "green"), "changed": ("~", "yellow"), "removed": ("-", "red")}
WHAT: Final = {"waiting": "waiting", "items": "items of batches", "outside": "under way"}
SHORT: Final = 12
"""Characters of a definition's hash that people are shown."""


def show_proposal(printer: Printer, folder: Path, proposal: Proposal) -> None:
    """Tell what would change: documents, tables, and what becomes of the runs that have not ended."""
    from offpage.host.proposal_view import proposal_view

    printer.data({"event": "proposal", **proposal_view(proposal)})
    for issue in proposal.issues:
        printer.text(issue_line(folder, issue))
    if proposal.issues:
        warnings = len(proposal.issues) - len(proposal.errors)
        printer.text(summary(len(proposal.errors), warnings))
    if proposal.is_live:
        return
    printer.text(_heading(proposal))
    for one in proposal.changes:
        sign, color = SIGNS[one.how]
        parts = click.style(f"  ({', '.join(one.parts)})", dim=True) if one.parts and one.parts != ("…",) else ""
        printer.text(f"  {click.style(sign, fg=color)} {one.kind} {one.id}{parts}")
    if not proposal.changes:
        printer.text("  Only the order of what is written has changed.")
    _lines(printer, "The tables:", (one.words for one in proposal.plan.steps))
    _lines(printer, "Values that live would lose (they are put aside):", proposal.losses, "red")
    _lines(printer, "The data does not allow:", proposal.plan.obstacles, "red")
    _lines(printer, "Runs that have not ended go on as they began:", map(_run, proposal.runs))
    if proposal.plan.moves and proposal.former is not None:
        printer.text("Requests wait for about a second while the tables change.")


def _heading(proposal: Proposal) -> str:
    if proposal.back_to is not None:
        return f"Going back to deploy {proposal.back_to.number} changes:"
    if proposal.former is None:
        return "Nothing has been deployed yet. This is new:"
    return f"Since deploy {proposal.former.number}:"


def _lines(printer: Printer, title: str, lines: Iterable[str], color: str | None = None) -> None:
    found = list(lines)
    if found:
        printer.text(title)
        for line in found:
            printer.text(f"  {click.style(line, fg=color)}")


def _run(one: Affected) -> str:
    said = f"{one.workflow}: {one.count:,} {WHAT[one.what]}, of {one.definition[:SHORT]}"
    return f"{said}. {click.style('These can no longer run: ' + one.why_not, fg='red')}" if one.why_not else said
