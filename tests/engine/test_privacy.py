"""Privacy rules in the reads of a run: searches, fields, lists, conditions, answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from offpage.accounts.actor import ADMIN, user
from offpage.engine.calls import Outcome
from offpage.engine.run import Run
from tests.engine.conftest import Bench
from tests.engine.privacy_app import People, answering


@pytest.fixture
def people(bench: Callable[..., Bench]) -> Callable[..., People]:
    """Make the people, with further files or workflows by name."""

    def make(**workflows: str) -> People:
        return People(bench, {f"workflows/{name}.yaml": text for name, text in workflows.items()})

    return make


def test_a_search_gives_each_caller_what_they_may_find(people: Callable[..., People]) -> None:
    some = people(titles=answering(titles="search(deal).each(this.title)", count="search(deal).count"))
    assert some.call(some.ann, "titles") == {"titles": ["A", "B"], "count": 2}
    assert some.call(some.eve, "titles") == {"titles": ["E"], "count": 1}
    assert some.call(None, "titles") == {"titles": [], "count": 0}
    assert some.call(ADMIN, "titles") == {"titles": ["A", "B", "E", "N"], "count": 4}


def test_empty_is_not_equal_to_empty_in_a_rule(people: Callable[..., People]) -> None:
    some = people(titles=answering(titles="search(deal).each(this.title)", names="search(user).each(this.name)"))
    # The loner has no company, and neither has the deal without an owner.
    assert some.call(some.loner, "titles") == {"titles": [], "names": ["Loner"]}


def test_a_user_who_does_not_exist_sees_nothing(people: Callable[..., People]) -> None:
    some = people(titles=answering(titles="search(deal).each(this.title)", me="current_user.name"))
    assert some.call("1671702337369x488321592367327900", "titles") == {"titles": []}


def test_fields_by_reference_show_what_may_be_seen(people: Callable[..., People]) -> None:
    values = {"title": "deal.title", "amount": "deal.amount", "owner": "deal.owner.name", "points": "deal.owner.points",
              "company": "deal.owner.company.name", "stage": "deal.stage.weight", "tags": "deal.tags"}  # fmt: skip
    some = people(look=answering(parameters="deal: deal", **values))
    own = {"title": "A", "amount": 10, "owner": "Ann", "points": 7, "company": "Acme", "stage": 5, "tags": ["a", "b"]}
    assert some.call(some.ann, "look", deal=some.deal_a) == own
    assert some.call(some.bob, "look", deal=some.deal_a) == {"title": "A", "owner": "Ann", "tags": []}
    assert some.call(some.ann, "look", deal=some.deal_e) == {"title": "E", "tags": []}
    assert some.call(None, "look", deal=some.deal_a) == {"tags": []}


def test_what_is_hidden_is_left_out_where_a_thing_is_answered(people: Callable[..., People]) -> None:
    some = people(look=answering(parameters="deal: deal", deal="deal", deals="search(deal)"))
    found = some.call(some.bob, "look", deal=some.deal_a)
    assert found["deal"] == {"_id": some.deal_a, "title": "A", "owner": some.ann}
    assert [sorted(one) for one in found["deals"]] == [
        ["_id", "owner", "title"],
        ["Created Date", "Modified Date", "_id", "amount", "owner", "stage", "tags", "title"],
    ]
    assert some.call(None, "look", deal=some.deal_a) == {"deal": {"_id": some.deal_a}, "deals": []}


def test_conditions_see_what_the_caller_may_see(people: Callable[..., People]) -> None:
    rich = "only_when: =deal.amount > 5\n" + answering(parameters="deal: deal", title="deal.title")
    some = people(rich=rich)
    assert some.outcome(some.ann, "rich", deal=some.deal_a).state == "finished"
    assert some.outcome(some.bob, "rich", deal=some.deal_a).state == "skipped"


def test_a_thing_that_a_run_creates_or_changes_is_read_under_the_rules(people: Callable[..., People]) -> None:
    first = (
        "  - {do: create_thing, as: mine, with: {type: deal, set: {title: mine, owner: =current_user, amount: 3}}}\n"
        "  - {do: create_thing, as: theirs, with: {type: deal, set: {title: theirs, owner: =other, amount: 4}}}\n"
    )
    made = answering(parameters="other: user", first=first, mine="mine.amount", theirs="theirs.amount",
                     title="theirs.title", found="search(deal, this.title == 'theirs').count")  # fmt: skip
    some = people(make=made)
    assert some.call(some.ann, "make", other=some.eve) == {"mine": 3, "found": 0}
    assert some.bench.values("deal", "amount")[-2:] == [3.0, 4.0]


def test_a_change_within_a_run_changes_at_once_what_it_may_see(people: Callable[..., People]) -> None:
    steps = (
        "  - {do: return_data, with: {values: {before: =deal.amount}}}\n"
        "  - {do: change_thing, with: {thing: =deal, set: {owner: =current_user}}}\n"
        "  - {do: return_data, with: {values: {between: =deal.amount}}}\n"
        "  - {do: change_thing, with: {thing: =deal, set: {owner: =empty, watchers: {add: =current_user}}}}\n"
    )
    some = people(take=answering(parameters="deal: deal", first=steps, after="deal.amount", title="deal.title"))
    assert some.call(some.ann, "take", deal=some.deal_none) == {"between": 80, "title": "N"}


def test_a_change_of_another_thing_counts_too(people: Callable[..., People]) -> None:
    steps = (
        "  - {do: return_data, with: {values: {before: =deal.title}}}\n"
        "  - {do: change_thing, with: {thing: =owner, set: {company: =current_user.company}}}\n"
    )
    text = answering(parameters="deal: deal, owner: user", first=steps, after="deal.title",
                     found="search(deal).each(this.title)")  # fmt: skip
    some = people(hire=text)
    found = some.call(some.bob, "hire", deal=some.deal_e, owner=some.eve)
    assert found == {"after": "E", "found": ["A", "B", "E"]}


def test_a_failed_step_leaves_nothing_of_what_it_showed(people: Callable[..., People]) -> None:
    steps = (
        "  - {do: change_thing, with: {thing: =deal, set: {owner: =current_user}}, on_error: continue}\n"
        "  - do: change_thing\n"
        "    with: {thing: =deal, set: {owner: =empty, slug: taken}}\n"
        "    on_error: continue\n"
    )
    some = people(fail=answering(parameters="deal: deal", first=steps, amount="deal.amount"))
    assert some.call(some.ann, "fail", deal=some.deal_none) == {}


TITLES = answering(titles="search(deal).each(this.title)", me="current_user.name")


def test_a_workflow_that_ignores_privacy_rules_sees_everything(people: Callable[..., People]) -> None:
    some = people(all=f"ignore_privacy: yes\n{TITLES}")
    assert some.call(some.eve, "all") == {"titles": ["A", "B", "E", "N"], "me": "Eve"}


def test_a_run_whose_starter_lifted_the_rules_sees_everything(people: Callable[..., People]) -> None:
    some = people(all=TITLES)
    program = some.bench.program
    run = Run(
        "1671702337369x488321592367327901", program, program.workflows["all"], [], user(some.eve), ignore_privacy=True
    )
    end = asyncio.run(some.bench.database.written(lambda tx: some.bench.executor.begin(tx, run)))
    assert isinstance(end, Outcome)
    assert end.answer.values == {"titles": ["A", "B", "E", "N"], "me": "Eve"}


def test_writes_are_not_restricted(people: Callable[..., People]) -> None:
    steps = "  - {do: change_thing, with: {thing: =deal, set: {amount: {increase: 1}}}}\n"
    some = people(
        change=answering(parameters="deal: deal", first=steps, amount="deal.amount"),
        delete="parameters: {deal: deal}\nsteps:\n  - {do: delete_thing, with: {thing: =deal}}",
    )
    assert some.call(None, "change", deal=some.deal_a) == {}
    assert some.bench.values("deal", "amount")[0] == 11
    some.call(None, "delete", deal=some.deal_b)
    assert some.bench.count("deal") == 3


def test_a_chain_is_one_statement_for_every_caller(people: Callable[..., People]) -> None:
    text = "search(deal, this.amount > 5 and this.owner.company.name == 'Acme', sort_by=this.amount).take(5).each(this.title)"
    some = people(chain=answering(titles=text))
    assert some.call(some.ann, "chain") == {"titles": ["A"]}
    assert some.call(ADMIN, "chain") == {"titles": ["A", "B"]}
    price = [entry["workload"] for entry in some.bench.journal(some.outcome(some.ann, "chain").run_id)]
    assert price[0] < 1.0


def test_after_a_sign_up_and_a_log_in_the_later_steps_see_what_that_user_sees(people: Callable[..., People]) -> None:
    steps = (
        "  - {do: return_data, with: {values: {before: =search(deal).count, nobody: =current_user.name}}}\n"
        "  - {do: sign_up, as: me, with: {email: new@test.example, password: long enough, set: {name: New}}}\n"
        "  - {do: create_thing, with: {type: deal, set: {title: mine, owner: =me, amount: 3}}}\n"
        "  - {do: return_data, with: {values: {found: '=search(deal).each(this.title)', me: =current_user.name}}}\n"
        "  - {do: log_out}\n"
    )
    text = answering(first=steps, after="search(deal).count", name="me.name")
    some = people(join=f"auth: none\n{text}")
    seen = {"before": 0, "found": ["mine"], "me": "New", "after": 0}
    found = some.call(None, "join")
    assert {name: found[name] for name in ("before", "found", "me", "after")} == seen
    assert "name" not in found


def test_an_administrator_who_logs_in_sees_what_that_user_sees(people: Callable[..., People]) -> None:
    steps = (
        "  - {do: return_data, with: {values: {before: =search(deal).count}}}\n"
        "  - {do: sign_up, as: me, with: {email: admin@test.example, password: long enough}}\n"
    )
    some = people(join=answering(first=steps, after="search(deal).count"))
    found = some.call(ADMIN, "join")
    assert (found["before"], found["after"]) == (4, 0)


LEAKS = {
    "filter": "search(deal, this.amount > 15).count",
    "equal": "search(deal, this.amount == 20).each(this.title)",
    "different": "search(deal, this.amount != 20).each(this.title)",
    "through": "search(deal, this.owner.points == 7).each(this.title)",
    "twice_through": "search(deal, this.owner.company.secret == 'hush').count",
    "list": "search(deal, this.tags.contains('a')).each(this.title)",
    "sum": "search(deal).sum(this.amount)",
    "max": "search(deal).max(this.amount)",
    "average": "search(deal).average(this.amount)",
    "each": "search(deal).each(this.amount)",
    "unique": "search(deal).each(this.stage).unique.count",
    "sort": "search(deal, sort_by=this.amount, descending=yes).each(this.title)",
    "group": "search(deal).group_by(this.amount).count",
    "contains": "search(deal).each(this.amount).contains(20)",
    "lists": "search(deal).each(this.tags.count)",
    "top": "search(deal, sort_by=this.amount, descending=yes).first.amount",
    "empty": "search(deal, this.amount.is_empty).each(this.title)",
    "known": "search(deal).where(this.amount.is_not_empty).count",
    "stage": "search(deal, this.stage == option(stage).won).each(this.title)",
    "weight": "search(deal, this.stage.weight > 2).count",
    "either": "search(deal, this.amount > 15 or this.title == 'B').each(this.title)",
    "not": "search(deal, not (this.amount > 15)).each(this.title)",
    "chosen": "search(deal).each('rich' if this.amount > 15 else 'poor')",
    "words": "search(deal, any_field='B').count",
    "median": "search(deal).median(this.amount)",
    "sorted": "search(deal).sort_by(this.stage).each(this.title)",
    "items": "search(deal).each(this.tags.first)",
    "watched": "search(deal, this.watchers.count > 0).count",
}


def test_what_is_hidden_tells_nothing(people: Callable[..., People]) -> None:
    """Ann may see A whole, and of B only its title and owner: nothing that she asks changes with B's amount."""
    some = people(ask=answering(**LEAKS))
    change = "  - {do: change_thing, with: {thing: =deal, set: {amount: =amount, stage: open, tags: {add: c}}}}"
    first = some.call(some.ann, "ask")
    some.bench.define(
        {
            "app.yaml": "name: Test",
            **some.files,
            "workflows/alter.yaml": f"parameters: {{deal: deal, amount: number}}\nsteps:\n{change}",
        }
    )
    some.call(ADMIN, "alter", deal=some.deal_b, amount=1.0)
    some.call(ADMIN, "alter", deal=some.deal_e, amount=500.0)
    assert some.call(some.ann, "ask") == first
    assert first["filter"] == 0
    assert first["equal"] == []
    assert first["different"] == ["A", "B"]
    assert first["through"] == ["A"]
    assert first["sum"] == 10
    assert first["each"] == [10]
    assert first["sort"] == ["A", "B"]
    assert first["contains"] is False
    assert first["lists"] == [2, 0]


@pytest.mark.parametrize("type_id", ["deal", "user"])
def test_what_is_shown_of_many_things_is_what_is_shown_of_each(people: Callable[..., People], type_id: str) -> None:
    some = people(
        many=answering(all=f"search({type_id})"),
        first=answering(one=f"search({type_id}).first"),
        last=answering(one=f"search({type_id}).last"),
    )
    for who in (some.ann, some.eve, some.loner, None, ADMIN):
        together = some.call(who, "many")["all"]
        alone = [some.call(who, name).get("one") for name in ("first", "last")]
        assert (together[:1] + together[-1:] if together else [None, None]) == alone
