"""What is kept of an app while it is edited changes nothing: each time all is as if it had been read for the first time."""

from __future__ import annotations

import gc
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from offpage.data.privacy import Privacy
from offpage.kernel.issues import Issue
from offpage.model.reader import read_files
from offpage.model.schema import Held, Schema
from offpage.program.kept import GROUNDS, Kept
from offpage.program.looking import look
from offpage.program.program import Program
from offpage.program.reading import Reader, Written
from offpage.program.resolve import read_ahead, resolve
from offpage.sql.sqlite import SQLITE
from offpage.values.codec import Forms
from offpage.values.types import Type
from tests.laws.test_broken_apps import EVERYTHING, ODD, WORDS

Files = dict[str, str]
Edit = tuple[str, str, str, int]

COMPARED_OTHERWISE: Final = (Schema, Privacy, Forms, type, types.ModuleType, type(SQLITE))
"""What all workflows share: compared once, or the same for every program."""

HELD: Final = {("order", "total"): Held(Type("text"), unique=False)}
MORE: Final = {
    "workflows/more/refunded.yaml": "steps: [{do: trigger_event, with: {event: noted, parameters: {order: =search(order).first}}}]\n",
    "workflows/more/counted.yaml": "trigger: event\nreturns: {n: number}\nsteps: [{do: return_data, with: {values: {n: =search(order).count}}}]\n",
    "workflows/more/asks.yaml": "auth: admin\nsteps: [{do: call_api, with: {call: bank.rate, parameters: {of: =secret.KEY}}}]\n",
    "connectors/bank.yaml": "address: https://bank.test\ncalls: {rate: {path: /rate, parameters: {of: text}, query: {of: =of}}}\n",
    "app.yaml": EVERYTHING["app.yaml"] + "\non_failure: failed\n",
    "workflows/failed.yaml": "auth: none\nparameters: {failed_run: text}\nsteps: []\n",
}
START: Final = EVERYTHING | MORE


def told(value: Any, seen: dict[int, int]) -> Any:
    """Everything in a value as plain data, what closures hold too; what comes again is told by its number."""
    match value:
        case None | bool() | int() | float() | str() | bytes():
            return value
        case _ if isinstance(value, COMPARED_OTHERWISE):
            return type(value).__name__ if not isinstance(value, type) else value.__qualname__
    if id(value) in seen:
        return ("again", seen[id(value)])
    seen[id(value)] = len(seen)
    match value:
        case Mapping():
            return [(told(key, seen), told(one, seen)) for key, one in value.items()]
        case tuple() | list():
            return [told(one, seen) for one in value]
        case set() | frozenset():
            return sorted(map(repr, value))
        case types.FunctionType():
            cells = value.__closure__ or ()
            inside = [told(one.cell_contents, seen) for one in cells]
            return (value.__qualname__, inside, told(value.__defaults__, seen))
        case types.MethodType():
            return (value.__func__.__qualname__, told(value.__self__, seen))
    if is_dataclass(value):
        return (type(value).__name__, [(one.name, told(getattr(value, one.name), seen)) for one in fields(value)])
    slots = [name for of in type(value).__mro__ for name in getattr(of, "__slots__", ())]
    held = {**{name: getattr(value, name, None) for name in slots}, **getattr(value, "__dict__", {})}
    return (type(value).__name__, [(name, told(one, seen)) for name, one in sorted(held.items())])


def made(files: Files, kept: Kept, secrets: frozenset[str] | None, held: bool) -> tuple[Program, list[Issue], Any]:
    """What comes out for these files, with the conditions."""
    app, read = read_files(files, kept.parsed)
    conditions: dict[str, Written] = {}
    program, issues = resolve(
        app, "d", SQLITE, secrets=secrets, held=HELD if held else None, conditions=conditions, kept=kept
    )
    return program, [*read, *issues], conditions


def check(files: Files, kept: Kept, secrets: frozenset[str] | None = None, *, held: bool = False) -> None:
    """With what is kept, and with nothing kept, the same comes out."""
    program, issues, conditions = made(files, kept, secrets, held)
    fresh, fresh_issues, fresh_conditions = made(files, Kept(), secrets, held)
    assert issues == fresh_issues
    assert program.app == fresh.app
    assert program.schema == fresh.schema
    assert program.privacy.policies == fresh.privacy.policies
    assert list(program.workflows) == list(fresh.workflows)
    assert program.broken == fresh.broken
    assert program.references == fresh.references
    assert program.secrets == fresh.secrets
    assert conditions == fresh_conditions
    for name, one in program.workflows.items():
        assert told(one, {}) == told(fresh.workflows[name], {}), name
    assert told(program.endings, {}) == told(fresh.endings, {})
    assert {of: [one.name for one in watching] for of, watching in program.watched.items()} == {
        of: [one.name for one in watching] for of, watching in fresh.watched.items()
    }


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """One edit: what is done, to which file, with which word, and where."""
    what = draw(st.sampled_from(["word", "word", "line", "delete", "restore", "move", "comment", "garbage"]))
    file = draw(st.sampled_from(sorted(START)))
    return what, file, draw(st.sampled_from(WORDS + ODD)), draw(st.integers(0, 10_000))


def edited(files: Files, edit: Edit) -> Files:
    """The files after an edit."""
    what, file, word, at = edit
    text = files.get(file)
    others = {name: one for name, one in files.items() if name != file}
    if what == "restore" or text is None:
        return {**files, file: START[file]}
    match what:
        case "delete":
            return others
        case "move":
            folder, _, name = file.rpartition("/")
            return {**others, f"{folder}/moved_{name}" if folder else name: text}
        case "comment":
            return {**files, file: f"# {word if word.isidentifier() else ''}\n{text}"}
        case "garbage":
            return {**files, file: f"{text}\n{word}: [\n"}
        case "line":
            lines = text.splitlines(keepends=True)
            del lines[at % max(len(lines), 1) :][:1]
            return {**files, file: "".join(lines)}
    words = text.split(" ")
    words[at % len(words)] = word
    return {**files, file: " ".join(words)}


@settings(deadline=None, max_examples=30)
@given(
    steps=st.lists(
        st.tuples(edits(), st.sampled_from([None, frozenset(), frozenset({"KEY"})]), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_is_edited_all_is_as_if_read_for_the_first_time(
    steps: list[tuple[Edit, frozenset[str] | None, bool]],
) -> None:
    kept, files = Kept(), dict(START)
    check(files, kept)
    for edit, secrets, held in steps:
        files = edited(files, edit)
        check(files, kept, secrets, held=held)
    check(files, kept)


def test_one_changed_workflow_leaves_all_others_the_same_objects() -> None:
    kept = Kept()
    before = made(START, kept, None, held=False)[0]
    after = made(
        {**START, "workflows/more/counted.yaml": START["workflows/more/counted.yaml"] + "label: More\n"},
        kept,
        None,
        held=False,
    )[0]
    assert {name for name, one in after.workflows.items() if one.steps is not before.workflows[name].steps} == {
        "counted"
    }
    assert after.workflows["counted"].label == "More"
    assert after.schema is before.schema


def test_what_takes_something_else_now_is_followed_by_those_who_call_it() -> None:
    kept = Kept()
    made(START, kept, None, held=False)
    noted = START["workflows/more/noted.yaml"].replace(
        "parameters: {order: order}", "parameters: {order: order, why: text}"
    )
    _, issues, _ = made({**START, "workflows/more/noted.yaml": noted}, kept, None, held=False)
    assert {one.file for one in issues} == {"workflows/more/every_kind.yaml", "workflows/more/refunded.yaml"}


@settings(deadline=None, max_examples=30)
@given(edit=edits(), other=edits())
def test_what_is_read_while_it_is_written_need_not_be_read_again(edit: Edit, other: Edit) -> None:
    kept = Kept()
    files = edited(START, edit)
    program = made(files, kept, None, held=False)[0]
    after = edited(files, other)
    for file in (name for name in after if name.startswith("workflows/") and after[name] != files.get(name)):
        ahead = read_ahead(program, kept, file, after[file])
        assert ahead is not None
        assert list(ahead) == list(look(program, None, file, after[file]).issues)
    check(after, kept)


def test_what_was_read_while_it_was_written_is_what_runs() -> None:
    kept, file = Kept(), "workflows/more/counted.yaml"
    program = made(START, kept, None, held=False)[0]
    after = {**START, file: START[file] + "label: More\n"}
    read_ahead(program, kept, file, after[file])
    standing = kept.below(program.schema)
    ahead = standing and standing.workflows["counted"].workflow
    assert ahead
    assert made(after, kept, None, held=False)[0].workflows["counted"].steps is ahead.steps


def test_a_hint_names_the_workflows_that_there_are_now() -> None:
    kept = Kept()
    wrong = {**START, "workflows/more/refunded.yaml": START["workflows/more/refunded.yaml"].replace("noted", "not_ed")}
    assert "Did you mean `noted`?" in str(made(wrong, kept, None, held=False)[1][0])
    without = {name: text for name, text in wrong.items() if name != "workflows/more/noted.yaml"}
    assert not any("Did you mean `noted`?" in str(one) for one in made(without, kept, None, held=False)[1])


def test_what_is_kept_does_not_grow() -> None:
    def alive(of: type) -> int:
        gc.collect()
        return sum(isinstance(one, of) for one in gc.get_objects())

    readers, grounds, kept = alive(Reader), alive(Privacy), Kept()
    for n in range(3 * GROUNDS):
        made({**START, "app.yaml": f"name: Test {n}\n", f"workflows/w{n}.yaml": "steps: []\n"}, kept, None, held=False)
    assert alive(Reader) == readers
    assert alive(Privacy) == grounds + GROUNDS
