"""Privacy rules as read from the files of types: permissions, issues, and warnings about what was hardly meant."""

from __future__ import annotations

import pytest

from offpage.data.policy import Policy
from offpage.kernel.issues import Issue
from offpage.model.reader import read_files
from offpage.program.program import Program
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE

FIELDS = "fields: {owner: user, parent: note, text: text, done: yes_no, tags: list of text}\n"


def resolved(note: str, **types: str) -> tuple[Program, list[Issue]]:
    """An app with the type `note`, and what is wrong with it."""
    files = {"app.yaml": "name: Test\n", "types/note.yaml": note}
    files |= {f"types/{name}.yaml": text for name, text in types.items()}
    app, issues = read_files(files)
    program, found = resolve(app, "test", SQLITE)
    return program, [*issues, *found]


def policy(note: str) -> Policy:
    """The rules of `note`, which have no issue."""
    program, issues = resolved(note)
    assert [str(one) for one in issues] == []
    return program.privacy.policies["note"]


def rule(text: str) -> str:
    """The file of the type with one rule."""
    return f"{FIELDS}privacy:\n  mine: {text}\n"


def test_a_type_without_rules_allows_nothing() -> None:
    assert policy(FIELDS) == Policy("note")
    assert resolved(FIELDS)[0].privacy.policies["user"] == Policy("user")


def test_a_rule_says_what_it_shows_and_allows() -> None:
    found = policy(rule("{when: =this.owner == current_user, view: [text, done], find: yes, modify: yes}"))
    (mine,) = found.rules
    assert mine.name == "mine"
    assert mine.view == frozenset({"text", "done"})
    assert mine.allows == frozenset({"find", "modify"})
    assert mine.text == "=this.owner == current_user"
    assert [found.showing(one) for one in ("text", "tags", "id")] == [(0,), (), (0,)]
    assert [found.allowing("find"), found.allowing("delete")] == [(0,), ()]


@pytest.mark.parametrize("written", ["all", "[all]", "[text, all]"])
def test_all_is_every_field(written: str) -> None:
    assert policy(rule(f"{{view: {written}}}")).rules[0].view is None


def test_a_rule_without_a_condition_is_for_everyone_and_one_that_is_no_for_nobody() -> None:
    assert policy(rule("{find: yes}")).rules[0].condition is None
    assert resolved(rule("{when: no, find: yes}"))[0].privacy.policies["note"].rules[0].condition is not None


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{when: =this.ownr == current_user, view: all}", "owner"),
        ("{when: =this.owner, view: all}", "yes_no"),
        ("{when: this.owner == current_user, view: all}", "begin it with `=`"),
        ("{when: =, view: all}", "expression"),
        ("{when: '', view: all}", "begin it with `=`"),
        ("{when: , view: all}", "empty"),
        ("{when: [a], view: all}", "begin it with `=`"),
        ("{when: =this.text.extract('x').is_empty, view: all}", "cannot be used on this list in a privacy rule."),
        ("{when: =order.owner == current_user, view: all}", "order"),
        ("{when: =request.ip == 'x', view: all}", "request"),
    ],
)
def test_a_condition_that_is_no_rule_is_an_issue_at_its_place_and_allows_nothing(written: str, problem: str) -> None:
    program, issues = resolved(rule(written))
    (issue,) = issues
    assert problem in issue.message
    assert (issue.severity, issue.file, issue.line) == ("error", "types/note.yaml", 3)
    assert issue.address == "types/note/privacy/mine/when"
    mine = program.privacy.policies["note"].rules[0]
    assert mine.condition is not None
    guarded = program.privacy.of("note")
    assert guarded.one_holds((0,), "a", lambda closure: bool(closure(_Nobody()))) is not None


class _Nobody:
    """Enough of a Runtime for a condition that looks at nothing."""

    sees_all = False


def test_an_unknown_field_in_view_is_one_issue_and_shows_nothing_more() -> None:
    program, issues = resolved(rule("{view: [text, txt]}"))
    assert [one.address for one in issues] == ["types/note/privacy/mine/view/1"]
    assert program.privacy.policies["note"].rules[0].view == frozenset({"text"})


def warnings(note: str, **types: str) -> list[str]:
    """The warnings about an app that has no errors."""
    _, issues = resolved(note, **types)
    assert all(one.severity == "warning" for one in issues), [str(one) for one in issues]
    assert all(one.line for one in issues)
    return [f"{one.address}: {one.message}" for one in issues]


@pytest.mark.parametrize("rules", ["", "privacy: {mine: {when: =this.owner == current_user}}\n"])
def test_a_type_on_the_data_api_that_nobody_may_see_is_warned_about(rules: str) -> None:
    (found,) = warnings(f"api: yes\n{FIELDS}{rules}")
    assert "no privacy rule allows anybody anything" in found
    assert warnings(f"{FIELDS}{rules}") == []
    assert warnings(f"api: yes\n{FIELDS}privacy: {{everyone: {{find: yes}}}}\n") == []


@pytest.mark.parametrize("allowed", ["create", "modify", "delete"])
@pytest.mark.parametrize("when", ["", "when: yes, "])
def test_a_rule_by_which_everyone_writes_over_the_data_api_is_warned_about(allowed: str, when: str) -> None:
    note = f"{FIELDS}privacy: {{all: {{{when}{allowed}: yes}}}}\n"
    (found,) = warnings(f"api: yes\n{note}")
    assert found.startswith("types/note/privacy/all: ")
    assert f"lets everyone {allowed} things of note" in found
    assert warnings(note) == []
    known = f"api: yes\n{FIELDS}privacy: {{all: {{when: =current_user.is_not_empty, {allowed}: yes}}}}\n"
    assert warnings(known) == []


def test_a_field_without_this_is_an_issue_that_says_how_to_write_it() -> None:
    _, (issue,) = resolved(rule("{when: =owner == current_user, view: all}"))
    assert "write this.owner" in issue.message


@pytest.mark.parametrize(("keys", "wrong"), [("label", 1), ("id", 0)])
def test_fields_that_would_share_a_key_on_the_data_api_are_an_issue(keys: str, wrong: int) -> None:
    files = {
        "app.yaml": f"name: Test\napi: {{data: yes, keys: {keys}}}\n",
        "types/note.yaml": "api: yes\nfields: {one: {type: text, label: Name}, two: {type: text, label: Name}}\n"
        "privacy: {everyone: {view: [one]}}\n",
    }
    app, issues = read_files(files)
    _, found = resolve(app, "test", SQLITE)
    errors = [one for one in (*issues, *found) if one.severity == "error"]
    assert [one.address for one in errors] == ["types/note/fields/two"] * wrong
    assert all("both called 'Name'" in one.message and "label" in one.message for one in errors)


@pytest.mark.parametrize("when", ["", "when: yes, "])
def test_a_rule_that_shows_every_user_to_everyone_is_warned_about(when: str) -> None:
    (found,) = warnings(FIELDS, user=f"privacy:\n  all: {{{when}view: all}}\n")
    assert found.startswith("types/user/privacy/all: ")
    assert "everyone" in found
    assert warnings(FIELDS, user="privacy:\n  all: {when: =this == current_user, view: all}\n") == []
    assert warnings(f"{FIELDS}privacy:\n  all: {{{when}view: all}}\n") == []


@pytest.mark.parametrize(
    ("when", "empty"),
    [
        ("this.owner == empty", "empty"),
        ("not (this.owner == empty)", "empty"),
        ("this.text != empty and this.done", "empty"),
        ("current_user.is_empty and this.owner == current_user", "current_user"),
        ("this.owner.is_empty and this.owner == current_user", "this.owner"),
        ("this.done and (this.owner.is_empty and this.owner.email == 'x')", "this.owner"),
        ("not this.parent.is_not_empty and this.parent.done", "this.parent"),
        ("this.tags.is_empty and this.tags.contains(this.text)", "this.tags"),
        ("not (this.owner != current_user) and current_user.is_empty", "current_user"),
        ("current_user.is_empty and not (this.owner.email == current_user.email)", "current_user"),
        ("current_user.is_empty and not (this.text > current_user.email)", "current_user"),
        ("not (this.owner == current_user) and this.owner.is_empty", "this.owner"),
        ("this.owner != current_user and this.owner.is_empty", "this.owner"),
        ("current_user.is_empty and this.owner not in [current_user]", "current_user"),
        ("current_user.is_empty and (no if this.owner == current_user else yes)", "current_user"),
        ("current_user.is_empty and (this.owner == current_user) == no", "current_user"),
        ("current_user.is_empty and (this.owner == current_user or this.created_by == current_user)", "current_user"),
    ],
)
def test_a_rule_that_needs_empty_to_equal_something_is_warned_about(when: str, empty: str) -> None:
    (found,) = warnings(rule(f"{{when: '={when.replace(chr(39), chr(39) * 2)}', view: all}}"))
    assert found.startswith("types/note/privacy/mine/when: ")
    assert f"`{empty}`" in found


@pytest.mark.parametrize(
    "when",
    [
        "this.owner == current_user",
        "this.owner.is_empty",
        "current_user.is_empty or this.owner == current_user",
        "this.owner.is_empty and this.created_by == current_user",
        "this.owner.is_not_empty and this.owner == current_user",
        "this.owner != current_user or this.owner.is_empty",
        "this.tags.is_empty and this.text.is_not_empty",
        "this.done",
        "no",
    ],
)
def test_a_rule_that_may_hold_otherwise_is_not_warned_about(when: str) -> None:
    assert warnings(rule(f"{{when: '={when}', view: all}}")) == []


@pytest.mark.parametrize(
    "privacy",
    ["3", "[a]", "{x: 3}", "{x: [find]}", "{x: {when: {a: b}, view: all}}", "{x: {view: {a: b}}}", "{x: {view: [[all]]}}",
     "{x: {find: maybe}}", "{x: {find: [yes]}}", "{x: {when: =this.owner ==, find: yes}}", "{x: {when: '={{', find: yes}}",
     "{x: {when: 3, find: yes}}", "{x: {whn: =yes, find: no}}", "{x: {view: 3}}", "{x: {view: al}}"],
)  # fmt: skip
def test_rules_that_make_no_sense_are_issues_and_allow_nobody_anything(privacy: str) -> None:
    program, issues = resolved(f"{FIELDS}privacy: {privacy}\n")
    assert any(one.severity == "error" for one in issues)
    guarded = program.privacy.of("note")
    for at, one in enumerate(guarded.policy.rules):
        never = guarded.one_holds((at,), "a", lambda closure: bool(closure(_Nobody()))) is not None
        assert never or not one.allows_anything


def test_a_rule_may_have_any_name() -> None:
    found = policy(f"{FIELDS}privacy:\n  'Ærlig talt / 100%': {{view: [text]}}\n  '': {{view: [done]}}\n")
    assert [one.name for one in found.rules] == ["Ærlig talt / 100%", ""]


def test_creating_and_changing_may_be_limited_to_fields() -> None:
    found = policy(rule("{view: all, create: [text, tags], modify: done}")).rules[0]
    assert found.allows == frozenset({"create", "modify"})
    assert (found.create, found.modify) == (frozenset({"text", "tags"}), frozenset({"done"}))
    found = policy(rule("{view: all, create: yes, modify: no, delete: yes}")).rules[0]
    assert (found.allows, found.create, found.modify) == (frozenset({"create", "delete"}), None, None)
    assert policy(rule("{view: all, modify: []}")).rules[0].allows == frozenset()


def test_a_limit_that_names_no_field_is_an_issue_at_its_place() -> None:
    _, issues = resolved(rule("{modify: [txt]}"))
    (issue,) = [one for one in issues if one.severity == "error"]
    assert (issue.address, issue.line) == ("types/note/privacy/mine/modify/0", 3)
    assert "Did you mean `text`?" in issue.message


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{view: [name], modify: yes}", ["every field over the Data API"]),
        ("{view: [name], create: yes}", ["every field over the Data API"]),
        ("{view: [name], modify: [name]}", []),
        ("{view: [name], create: [name], modify: no}", []),
        ("{view: [name], modify: [email, name]}", ["only API tokens change a user's e-mail"]),
        ("{view: [name], modify: [created_date]}", ["created_date is never written"]),
    ],
)
def test_users_who_may_write_any_field_of_users_are_warned_about(written: str, said: list[str]) -> None:
    user = f"fields: {{name: text, admin: yes_no}}\nprivacy:\n  self: {{when: =this == current_user, {written[1:]}\n"
    _, issues = resolved(FIELDS, user=user)
    messages = [one.message for one in issues if one.address.startswith("types/user/privacy/self")]
    assert [one.severity for one in issues if one.address.startswith("types/user/")] == ["warning"] * len(said)
    for part, message in zip(said, messages, strict=True):
        assert part in message
