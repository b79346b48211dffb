"""A run as people read it: what came in, what each step did, what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from offpage.cli.printing import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

COLORS: Final = {
    "finished": "green", "done": "green", "failed": "red", "skipped": "yellow", "running": "blue", "outside": "blue",
}  # fmt: skip
"""How states are painted."""


def draw_run(console: Console, record: dict[str, Any]) -> None:
    """Draw a run's record (host/one_run) as a tree: parameters, steps, answer, error."""
    from rich.text import Text
    from rich.tree import Tree

    took = _milliseconds(sum(entry.get("ms", 0.0) for entry in record["journal"]))
    title = _line((record["workflow"], "bold"), _state(record["state"]), took, _workload(record["workload"]))
    title.append(f"  {record['trigger']}, run {record['id']}", "dim")
    for name, words in (("retry_of", "once more what failed as"), ("retried_as", "begun anew as")):
        if record.get(name):
            title.append(f", {words} {record[name]}", "dim")
    tree = Tree(title)
    _branch(tree, "parameters", record["parameters"])
    for entry in record["journal"]:
        draw_step(tree, entry)
    if record["state"] == "skipped" and not record["error"]:
        tree.add(Text("the workflow's condition did not hold: no step ran", "yellow"))
    if record["error"]:
        tree.add(_error(record["error"]))
    elif record["answer"]:
        _answer(tree, record["answer"])
    console.print(tree)


def draw_step(tree: Tree, entry: dict[str, Any]) -> None:
    """Add one step: its address, action, condition, inputs, result, time, workload and error."""
    from rich.text import Text

    state = entry.get("state", "")
    head = _line((entry["address"], "cyan"), (entry["do"], "bold"), _state(state))
    if "condition" in entry:
        head.append(f"  condition: {plain(entry['condition'])}")
    if state != "skipped":
        head.append(f"  {_milliseconds(entry.get('ms', 0.0))}  {_workload(entry.get('workload', 0.0))}", "dim")
    branch = tree.add(head)
    for name, value in entry.get("inputs", {}).items():
        _branch(branch, name, value)
    if "result" in entry:
        branch.add(_line(("→", "green"), plain(entry["result"])))
    if "note" in entry:
        branch.add(Text(plain(entry["note"], 1000), "yellow"))
    for one in entry.get("failed_attempts", ()):
        branch.add(_line((f"attempt {one['attempt']}:", "dim"), (plain(one["message"], 1000), "yellow")))
    if "error" in entry:
        branch.add(_error(entry["error"]))
        if entry["error"].get("answer"):
            branch.add(_line(("it answered:", "dim"), plain(entry["error"]["answer"], 1000)))
    if "event" in entry and entry.get("condition_of_event") is False:
        branch.add(Text("the event's condition did not hold", "yellow"))
    if "rounds" in entry:
        branch.add(_rounds(entry))
    for inner in entry.get("steps", ()):
        draw_step(branch, inner)


def _rounds(entry: dict[str, Any]) -> Text:
    """How far a loop has gone, and how many of its rounds are not shown."""
    from rich.text import Text

    of = f" of {entry['items']:,}" if "items" in entry else ""
    failures = f", {entry['failures']:,} steps failed" if entry.get("failures") else ""
    shown = len({inner.get("round") for inner in entry.get("steps", ())})
    left_out = f" ({entry['rounds'] - shown:,} not shown)" if entry["rounds"] > shown else ""
    return Text(f"{entry['rounds']:,}{of} rounds{failures}{left_out}", "dim")


def _branch(tree: Tree, name: str, value: Any) -> None:
    """A value by its name; a mapping with a line for each key."""
    if not isinstance(value, dict):
        tree.add(_line((f"{plain(name)}:", "dim"), plain(value)))
    elif value:
        branch = tree.add(_line((f"{plain(name)}:", "dim")))
        for key, one in value.items():
            branch.add(_line((f"{plain(key)}:", "dim"), plain(one)))


def _answer(tree: Tree, answer: dict[str, Any]) -> None:
    if answer.get("status", 200) != 200:
        tree.add(_line(("status:", "dim"), plain(answer["status"])))
    _branch(tree, "answer", answer["text"] or answer["values"])


def _error(error: dict[str, Any]) -> Text:
    return _line((error["code"], "red bold"), (plain(error["message"], 1000), "red"))


def _state(state: str) -> tuple[str, str]:
    return state, COLORS.get(state, "")


def _milliseconds(ms: float) -> str:
    return f"{ms:.2f} ms" if ms < 100 else f"{ms / 1000:.2f} s"


def _workload(units: float) -> str:
    return f"workload {units:.2f}"


def _line(*parts: str | tuple[str, str]) -> Text:
    """Words with their styles, two blanks between them. (Text, not markup: data may hold brackets.)"""
    from rich.text import Text

    words = [Text(part) if isinstance(part, str) else Text(*part) for part in parts if part]
    return Text("  ").join(words)
