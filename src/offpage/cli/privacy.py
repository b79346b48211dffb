"""offpage privacy: which privacy rule lets whom see what of real things, and why not."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offpage.cli.options import chosen, environment, folder_and, json_lines, place_of, settings
from offpage.cli.printing import Printer

if TYPE_CHECKING:
    from rich.console import Console

    from offpage.host.compose import Name
    from offpage.host.privacy_view import ThingSeen


@click.command("privacy", short_help="Show what privacy rules let somebody see, and why not.")
@folder_and("type_id")
@click.option("--as", "--user", "who", metavar="USER|nobody", default="nobody", show_default=True,
              help="Through whose eyes: a user's id or e-mail address.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True, help="How many things.")
@environment
@settings("data", "database")
@json_lines
def command(
    folder: Path, type_id: str, who: str, limit: int, environment: Name, printer: Printer, **given: Any
) -> None:
    """Show what somebody sees of some real things of the data type TYPE of the app in FOLDER.

    For each thing: whether searches find it, which fields are shown, and for each privacy rule whether it holds and,
    if not, why not. The latest things are taken, preferring those for which different rules hold.
    """
    place = place_of(folder, chosen(given))
    from offpage.host.privacy_view import look
    from offpage.kernel.events import Events

    found = look(place, environment, type_id, who, limit=limit, events=Events())
    for one in found:
        printer.data({"type": type_id, "as": who, **dataclasses.asdict(one)})
    if found:
        printer.drawn(lambda console: _draw(console, type_id, who, found))
    else:
        printer.text(f"There are no things of the type {type_id} in {environment}.")


def _draw(console: Console, type_id: str, who: str, found: list[ThingSeen]) -> None:
    """One tree for each thing."""
    from rich.text import Text
    from rich.tree import Tree

    for one in found:
        finds = Text("found by searches", "green") if one.found else Text("not found by searches", "red")
        tree = Tree(Text.assemble((f"{type_id} {one.id}", "bold"), f" as {who}: ", finds))
        tree.add(Text.assemble("shown: ", ", ".join(one.shown)))
        if one.hidden:
            tree.add(Text.assemble("hidden: ", (", ".join(one.hidden), "dim")))
        if not one.rules:
            tree.add(Text(f"There are no rules for {type_id}: it is private.", "yellow"))
        for rule in one.rules:
            mark = Text("✓ ", "green") if rule.holds else Text("✗ ", "red")
            allows = "; ".join(rule.allows) or "nothing"
            says = "allows" if rule.holds else "would allow"
            branch = tree.add(Text.assemble(mark, (rule.name, "bold"), f" {says} {allows}"))
            branch.add(Text(rule.condition or "for everyone", "dim"))
            for reason in rule.why_not:
                branch.add(Text(reason))
        console.print(tree)
