"""Privacy rules as Bubble documents them; each test names its section of the reference of Bubble's behaviour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from offpage.accounts.actor import ADMIN
from offpage.data.onlooker import Onlooker
from offpage.data.permission import may
from offpage.data.policy import Permission
from offpage.store.tx import Database, Tx
from tests.engine.conftest import Bench
from tests.engine.privacy_app import DEAL, People, answering

FIELDS = DEAL.partition("privacy:")[0]

LOOK = answering(
    parameters="deal: deal",
    found="search(deal).each(this.id)",
    title="deal.title",
    amount="deal.amount",
    stage="deal.stage.label",
)


@pytest.fixture
def people(database: Database) -> Callable[..., People]:
    """Make the people with these rules for deals, as YAML, and these workflows."""

    def make(rules: str, **workflows: str) -> People:
        def bench(files: Mapping[str, str]) -> Bench:
            return Bench(database, {"app.yaml": "name: Test", **files}, {})

        deal = FIELDS + (f"privacy:\n{rules}" if rules else "")
        files = {f"workflows/{name}.yaml": text for name, text in {"look": LOOK, **workflows}.items()}
        return People(bench, {"types/deal.yaml": deal, **files})

    return make


OWNER = "  owner: {when: =this.owner == current_user, find: yes, view: all}\n"


def test_a_user_has_what_all_rules_that_hold_allow_together(people: Callable[..., People]) -> None:
    """Section 7.1: rights are additive."""
    rules = "  a: {when: =this.owner == current_user, view: [title]}\n  b: {when: =this.amount > 5, view: [amount]}\n"
    some = people(f"{rules}  c: {{when: =current_user.points > 5, find: yes}}\n")
    seen = some.call(some.ann, "look", deal=some.deal_a)
    assert (seen["title"], seen["amount"], len(seen["found"])) == ("A", 10, 4)
    assert some.call(some.ann, "look", deal=some.deal_b) == {"amount": 20, "found": seen["found"]}


def test_everyone_else_is_for_callers_who_are_not_known_too(people: Callable[..., People]) -> None:
    """Sections 7.1 and 3.1: without a credential the rule for everyone holds."""
    some = people(f"{OWNER}  everyone: {{view: [title]}}\n")
    assert some.call(None, "look", deal=some.deal_a) == {"title": "A", "found": []}
    assert some.call(some.ann, "look", deal=some.deal_b) == {"title": "B", "found": [some.deal_a]}


def test_a_type_without_rules_is_private(people: Callable[..., People]) -> None:
    """Section 7.1, but for Bubble's public type: unset means private."""
    some = people("")
    assert some.call(some.ann, "look", deal=some.deal_a) == {"found": []}


def test_the_private_default_of_a_new_type_shows_a_thing_to_its_creator(people: Callable[..., People]) -> None:
    """Section 7.1: a private type has a rule for the creator."""
    steps = "  - {do: create_thing, as: mine, with: {type: deal, set: {title: mine}}}\n"
    some = people(
        "  creator: {when: =this.created_by == current_user, find: yes, view: all, files: yes}\n",
        make=answering(first=steps, id="mine.id", title="mine.title", found="search(deal).each(this.title)"),
    )
    made = some.call(some.ann, "make")
    assert (made["title"], made["found"]) == ("mine", ["mine"])
    assert some.call(some.bob, "look", deal=made["id"]) == {"found": []}


def test_what_may_be_found_but_not_viewed_is_found_with_empty_fields(people: Callable[..., People]) -> None:
    """Section 7.1: find in searches and view are two permissions."""
    some = people("  everyone: {find: yes}\n")
    assert some.call(None, "look", deal=some.deal_a) == {
        "found": [some.deal_a, some.deal_b, some.deal_e, some.deal_none]
    }


def test_what_may_be_viewed_but_not_found_is_read_by_its_id(people: Callable[..., People]) -> None:
    """Section 7.1: a thing that searches do not find is still read where it is referred to."""
    some = people("  everyone: {view: all}\n")
    seen = {"title": "A", "amount": 10, "stage": "Won", "found": []}
    assert some.call(None, "look", deal=some.deal_a) == seen


def test_option_sets_have_no_privacy(people: Callable[..., People]) -> None:
    """Section 7.1: everybody sees the options and their attributes."""
    some = people(
        "", options=answering(labels="all_options(stage).each(this.label)", weight="option(stage).won.weight")
    )
    assert some.call(None, "options") == {"labels": ["Open", "Won"], "weight": 5}


def test_built_in_fields_are_viewed_like_others_and_the_id_always(people: Callable[..., People]) -> None:
    """Section 7.1: Created Date and the like are among the fields that a rule shows."""
    some = people("  everyone: {view: [created_date]}\n", dates=answering(
        parameters="deal: deal", id="deal.id", created="deal.created_date.is_not_empty", by="deal.created_by",
        modified="deal.modified_date.is_not_empty", slug="deal.slug"))  # fmt: skip
    seen = {"id": some.deal_a, "created": True, "modified": False}
    assert some.call(None, "dates", deal=some.deal_a) == seen


def test_empty_is_not_equal_to_empty(people: Callable[..., People]) -> None:
    """Section 7.1, the safe reading: a thing without an owner is not that of a caller who is nobody."""
    some = people(OWNER)
    assert some.call(None, "look", deal=some.deal_none) == {"found": []}


WHOLE = {"title": "B", "amount": 20, "stage": "Won"}


def test_a_search_in_a_workflow_finds_what_the_user_may_find(people: Callable[..., People]) -> None:
    """Section 7.3, search."""
    some = people(OWNER)
    assert some.call(some.bob, "look", deal=some.deal_a)["found"] == [some.deal_b]


def test_a_field_that_may_not_be_viewed_is_empty_also_in_conditions(people: Callable[..., People]) -> None:
    """Section 7.3, field read and condition."""
    step = "  - {do: return_data, with: {values: {rich: =yes}}, only_when: =deal.amount > 5}\n"
    some = people(OWNER, rich=answering(parameters="deal: deal", first=step, empty="deal.amount.is_empty"))
    assert some.call(some.ann, "rich", deal=some.deal_a) == {"rich": True, "empty": False}
    assert some.call(some.ann, "rich", deal=some.deal_b) == {"empty": True}


def test_creating_changing_and_deleting_are_not_restricted(people: Callable[..., People]) -> None:
    """Section 7.3, create, change, delete."""
    steps = (
        "  - {do: create_thing, with: {type: deal, set: {title: new, owner: =deal.owner}}}\n"
        "  - {do: change_thing, with: {thing: =deal, set: {title: changed}}}\n"
        "  - {do: delete_thing, with: {thing: =other}}\n"
    )
    some = people(OWNER, write=answering(parameters="deal: deal, other: deal", first=steps, ok="yes"))
    assert some.call(None, "write", deal=some.deal_a, other=some.deal_b) == {"ok": True}
    assert some.bench.values("deal", "title") == ["changed", "E", "N", "new"]


def test_a_change_reaches_only_what_a_search_finds(people: Callable[..., People]) -> None:
    """Section 7.3: only what can be found or reached matters."""
    steps = "  - {do: change_list, with: {list: =search(deal), set: {title: mine}}}\n"
    some = people(OWNER, sweep=answering(first=steps, ok="yes"))
    some.call(some.ann, "sweep")
    assert some.bench.values("deal", "title") == ["mine", "B", "E", "N"]


@pytest.mark.parametrize("how", ["ignore_privacy", "api_token"])
def test_ignoring_privacy_rules_and_api_tokens_see_all(people: Callable[..., People], how: str) -> None:
    """Section 7.3: ignore privacy rules, and admin API tokens."""
    some = people(OWNER, all=("ignore_privacy: yes\n" if how == "ignore_privacy" else "") + LOOK)
    seen = some.call(None if how == "ignore_privacy" else ADMIN, "all", deal=some.deal_b)
    assert {name: seen[name] for name in WHOLE} == WHOLE
    assert len(seen["found"]) == 4


def test_a_constraint_whose_value_is_empty_matches_nothing(people: Callable[..., People]) -> None:
    """Section 15: in a backend workflow a search constraint whose value is empty matches nothing."""
    text = answering(parameters="owner: {type: user, optional: yes}", found="search(deal, this.owner == owner).count")
    some = people("  everyone: {find: yes, view: all}\n", ask=text)
    assert some.call(some.ann, "ask") == {"found": 0}
    assert some.call(some.ann, "ask", owner=some.bob) == {"found": 1}


def allowed(some: People, user_id: str | None, permission: Permission, deal: str) -> bool:
    """Whether the Data API lets somebody do this with a deal."""
    program = some.bench.program

    def ask(tx: Tx) -> bool:
        onlooker: Any = Onlooker(
            tx, program.things, program.privacy, program.forms,
            user_id=user_id, sees_all=False, now=0, source=some.bench.around.source,
        )  # fmt: skip
        return may(onlooker, program.privacy, permission, "deal", deal)

    return some.bench.database.read(ask)


@pytest.mark.parametrize("permission", ["create", "modify", "delete"])
def test_writing_through_the_data_api_is_off_unless_a_rule_allows_it(
    people: Callable[..., People], permission: Permission
) -> None:
    """Section 2.6: all three API permissions default to off."""
    some = people(OWNER)
    assert not allowed(some, some.ann, permission, some.deal_a)
    some.bench.define({"app.yaml": "name: Test", **some.files, "types/deal.yaml": (
        f"{FIELDS}privacy:\n  owner: {{when: =this.owner == current_user, {permission}: yes}}")})  # fmt: skip
    assert allowed(some, some.ann, permission, some.deal_a)
    assert not allowed(some, some.ann, permission, some.deal_b)
    assert not allowed(some, None, permission, some.deal_none)


def test_private_files_need_view_attached_files(people: Callable[..., People]) -> None:
    """Section 7.4."""
    some = people(f"{OWNER}  files: {{when: =this.amount > 15, files: yes}}\n")
    assert [allowed(some, some.ann, "files", one) for one in (some.deal_a, some.deal_b)] == [False, True]


def test_a_rule_may_follow_references_as_far_as_it_likes_and_still_let_things_be_found(
    people: Callable[..., People],
) -> None:
    """Section 7.1, otherwise than in Bubble: there a rule of more than one level cannot grant finding (decision 28)."""
    some = people("  colleagues: {when: =this.owner.company == current_user.company, find: yes, view: [title]}\n")
    assert some.call(some.ann, "look", deal=some.deal_b) == {"title": "B", "found": [some.deal_a, some.deal_b]}
    assert some.call(some.eve, "look", deal=some.deal_b) == {"found": [some.deal_e]}
    assert some.call(some.loner, "look", deal=some.deal_b) == {"found": []}
