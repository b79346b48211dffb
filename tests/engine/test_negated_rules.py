"""`not` in privacy rules and searches: a comparison with what is empty is no, and so is its opposite (section 15)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.engine.conftest import Bench
from tests.engine.privacy_app import DEAL, People, answering

RULE = DEAL.partition("privacy:")[0]


@pytest.fixture
def people(bench: Callable[..., Bench]) -> Callable[[str], People]:
    """People whose deals are seen by one rule."""

    def make(condition: str) -> People:
        rule = f'{RULE}privacy: {{only: {{when: "={condition}", find: yes, view: all}}}}\n'
        files: Mapping[str, str] = {
            "types/deal.yaml": rule,
            "workflows/titles.yaml": answering(titles="search(deal).each(this.title)"),
            "workflows/look.yaml": answering(parameters="deal: deal", title="deal.title"),
        }
        return People(bench, files)

    return make


def seen(some: People, who: str | None) -> list[str]:
    """What somebody finds, which must be what they see one by one."""
    found: list[str] = some.call(who, "titles")["titles"]
    deals = [some.deal_a, some.deal_b, some.deal_e, some.deal_none]
    assert found == [one["title"] for deal in deals if (one := some.call(who, "look", deal=deal))]
    return found


@pytest.mark.parametrize(
    ("condition", "ann", "loner"),
    [
        ("not (this.owner != current_user)", ["A"], []),
        ("not not (this.owner == current_user)", ["A"], []),
        ("not (not (this.owner != current_user) and not this.title.is_empty)", ["B", "E", "N"], ["A", "B", "E", "N"]),
        ("not (this.owner != current_user or this.amount > 100)", ["A"], []),
        ("not (this.owner == current_user)", ["B", "E", "N"], ["A", "B", "E", "N"]),
        # The loner has no company and no role.
        ("not (this.owner.company != current_user.company)", ["A", "B"], []),
        ("not (this.owner.company == current_user.company)", ["E", "N"], []),
        ("not (this.title != current_user.role)", [], []),
        ("not (this.title == current_user.role)", [], []),
        ("not (this.amount > current_user.points)", [], []),
        ("not (this.amount < current_user.points)", ["A", "B", "E", "N"], ["A", "B", "E", "N"]),
        ("not (this.amount + current_user.points < 20)", ["B", "E", "N"], ["B", "E", "N"]),
        ("not this.title.contains(current_user.name)", ["A", "B", "E", "N"], ["A", "B", "E", "N"]),
        ("not this.title.contains(current_user.role)", [], []),
    ],
)
def test_not_never_shows_because_something_is_empty(
    people: Callable[[str], People], condition: str, ann: list[str], loner: list[str]
) -> None:
    some = people(condition)
    assert seen(some, some.ann) == ann
    assert seen(some, some.loner) == loner
    assert seen(some, None) == []


@pytest.mark.parametrize(
    ("condition", "without"),
    [
        ("not (this.owner != who)", []),
        ("not (this.owner == who)", []),
        ("not (this.amount > least)", []),
        ("not (this.amount > least), ignore_empty=yes", ["A", "B", "E", "N"]),
        ("not (this.owner != who), ignore_empty=yes", ["A", "B", "E", "N"]),
    ],
)
def test_a_search_with_not_finds_nothing_for_an_empty_constraint(
    people: Callable[[str], People], bench: Callable[..., Bench], condition: str, without: list[str]
) -> None:
    parameters = "{who: {type: user, optional: yes}, least: {type: number, optional: yes}}"
    look = (
        f"parameters: {parameters}\nsteps:\n"
        f'  - {{do: return_data, with: {{values: {{titles: "=search(deal, {condition}).each(this.title)"}}}}}}'
    )
    rule = f"{RULE}privacy: {{all: {{find: yes, view: all}}}}\n"
    some = People(bench, {"types/deal.yaml": rule, "workflows/look.yaml": look})
    assert some.call(some.ann, "look")["titles"] == without
