"""Whatever a maker does to an app's files, resolving gives a program and issues, never an exception."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from offpage.kernel.address import Address
from offpage.kernel.issues import Issue
from offpage.model.reader import read_files
from offpage.program.program import Program
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE

ROOT: Final = Path(__file__).parents[2] / "examples" / "shop"
SHOP: Final = {
    file.relative_to(ROOT).as_posix(): file.read_text("utf-8")
    for file in sorted(ROOT.rglob("*.yaml"))
    if ".offpage" not in file.parts
}
EVERYTHING: Final = {
    **SHOP,
    "workflows/more/every_kind.yaml": """
trigger: api
auth: admin
parameters: {order: order, orders: list of order, when: {type: date, optional: yes}}
request_data: {sample: {body: {lines: [{sku: a, price: 2}], email: a@b.test}}}
redirect: {success: "https://x.test/{{ order.id }}", error: "https://x.test/no"}
steps:
  - {do: for_each, as: one, with: {list: =orders}, steps: [{do: delete_thing, with: {thing: =one}}]}
  - do: branch
    with: {when: =order.paid}
    steps: [{do: copy_list, as: copies, with: {list: =orders}}]
    else: [{do: trigger_event, as: told, with: {event: noted, parameters: {order: =order}}}]
  - {do: schedule_on_list, as: many, with: {list: =search(order), workflow: every_kind, parameters: {order: =this, orders: =orders}}}
  - {do: schedule_workflow, with: {workflow: paid, at: =now + days(1), parameters: {order: =order, amount: 2}}}
  - {do: set_slug, with: {thing: =order, slug: "{{ order.name }}-x"}}
  - {do: return_data, with: {values: {ids: =orders.each(this.id), sku: =request.body.lines.first.sku}}}
""",
    "workflows/more/noted.yaml": """
trigger: event
parameters: {order: order}
returns: {order: order, ok: yes_no}
steps: [{do: return_data, with: {values: {order: =order, ok: yes}}}]
""",
    "workflows/more/watching.yaml": """
trigger: data_change
type: order
only_when: =before.paid == no and after.paid
steps: [{do: change_thing, with: {thing: =after, set: {total: {increase: 1}}}}]
""",
}
WORDS: Final = sorted({word for text in EVERYTHING.values() for word in re.findall(r"[A-Za-z_]\w*|\S+", text)})
ODD: Final = [
    "",
    "=",
    "{{",
    "}}",
    "[]",
    "{}",
    "list of ",
    "=this",
    "=no.thing",
    "1e999",
    "-",
    "&",
    "||",
    '"',
    "\t",
    "~",
]


def resolved(files: dict[str, str]) -> tuple[Program, list[Issue]]:
    """The program of some files and all issues. A mistake of ours is raised."""

    def crashed(address: Address, error: Exception) -> None:
        raise AssertionError(address) from error

    app, issues = read_files(files)
    program, found = resolve(app, "test", SQLITE, crashed=crashed)
    return program, [*issues, *found]


def check(files: dict[str, str]) -> None:
    """Resolve, and look at what must hold of any app."""
    program, issues = resolved(files)
    errors = {issue.file for issue in issues if issue.severity == "error"}
    for name, workflow in program.workflows.items():
        assert name not in program.broken
        assert f"{workflow.address}.yaml" not in errors, f"{name} runs, but has an error"
    for name, causes in program.broken.items():
        assert causes, f"{name} is broken, and nobody says why"
        assert all(cause in issues for cause in causes)
    for doc in program.app.workflows.values():
        assert doc.id in program.workflows or doc.id in program.broken
    assert bool(program.broken) <= bool(errors)


def test_the_example_has_no_issues() -> None:
    program, issues = resolved(EVERYTHING)
    assert [str(one) for one in issues] == []
    assert not program.broken


@st.composite
def cut(draw: st.DrawFn) -> dict[str, str]:
    """A file that ends early, has a few characters out of place, or is gone."""
    name = draw(st.sampled_from(sorted(EVERYTHING)))
    text = EVERYTHING[name]
    start = draw(st.integers(0, len(text)))
    end = draw(st.one_of(st.just(len(text)), st.integers(start, min(len(text), start + 30))))
    if draw(st.booleans()):
        return {**EVERYTHING, name: text[:start] + draw(st.sampled_from(ODD)) + text[end:]}
    return {other: held for other, held in EVERYTHING.items() if other != name}


@st.composite
def without_lines(draw: st.DrawFn) -> dict[str, str]:
    """A file that lacks some of its lines."""
    name = draw(st.sampled_from(sorted(EVERYTHING)))
    lines = EVERYTHING[name].splitlines(keepends=True)
    gone = draw(st.sets(st.integers(0, len(lines) - 1), min_size=1, max_size=3))
    return {**EVERYTHING, name: "".join(line for at, line in enumerate(lines) if at not in gone)}


@st.composite
def other_words(draw: st.DrawFn) -> dict[str, str]:
    """Words of the app exchanged for other words of it, or for odd ones."""
    files = dict(EVERYTHING)
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(files)))
        places = list(re.finditer(r"[A-Za-z_]\w*|\d+|[=:{}\[\].]", files[name]))
        if places:
            at = draw(st.sampled_from(places))
            word = draw(st.one_of(st.sampled_from(WORDS), st.sampled_from(ODD)))
            files[name] = files[name][: at.start()] + word + files[name][at.end() :]
    return files


@given(files=cut())
@settings(max_examples=150)
def test_a_file_that_is_cut_breaks_what_rests_on_it_and_raises_nothing(files: dict[str, str]) -> None:
    check(files)


@given(files=without_lines())
@settings(max_examples=150)
def test_a_file_that_lacks_lines_breaks_what_rests_on_it_and_raises_nothing(files: dict[str, str]) -> None:
    check(files)


@given(files=other_words())
@settings(max_examples=300)
def test_other_words_break_what_rests_on_them_and_raise_nothing(files: dict[str, str]) -> None:
    check(files)
