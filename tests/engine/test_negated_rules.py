"""Nothing empty makes a privacy rule hold, whatever is around it (section 15); `not` over an empty constraint of a search."""

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


ALL = ["A", "B", "E", "N"]

# The loner has no company, no role and no points; the deal N has no owner; E's owner has another company than A's and B's.
RULES: list[tuple[str, list[str], list[str]]] = [
    ("not (this.owner != current_user)", ["A"], []),
    ("not not (this.owner == current_user)", ["A"], []),
    ("not (not (this.owner != current_user) and not this.title.is_empty)", ["B", "E"], ["A", "B", "E"]),
    ("not (this.owner != current_user or this.amount > 100)", ["A"], []),
    ("not (this.owner == current_user)", ["B", "E"], ["A", "B", "E"]),
    ("not (this.owner.company != current_user.company)", ["A", "B"], []),
    ("not (this.owner.company == current_user.company)", ["E"], []),
    ("not (this.title != current_user.role)", [], []),
    ("not (this.title == current_user.role)", [], []),
    ("not (this.amount > current_user.points)", [], []),
    ("not (this.amount < current_user.points)", ALL, ALL),
    ("not (this.amount + current_user.points < 20)", ["B", "E", "N"], ["B", "E", "N"]),
    ("not this.title.contains(current_user.name)", ALL, ALL),
    ("not this.title.contains(current_user.role)", [], []),
    # Whatever is around the comparison:
    ("no if this.owner != current_user else yes", ["A"], []),
    ("(this.owner != current_user) == no", ["A"], []),
    ("no == (this.owner == current_user)", ["B", "E"], ["A", "B", "E"]),
    ("(this.owner == current_user) != yes", ["B", "E"], ["A", "B", "E"]),
    ("(this.owner != current_user) != (this.amount > 0)", ["A"], []),
    ("(this.owner == current_user) in [no]", ["B", "E"], ["A", "B", "E"]),
    ("(this.owner == current_user).to_number == 0", ["B", "E"], ["A", "B", "E"]),
    ("(this.owner == current_user).is_empty", [], []),
    ("(this.owner == current_user).default(yes)", ["A"], []),
    ("(this.amount + current_user.points).default(5) == 5", [], []),
    ("(1 if this.owner == current_user else 2) == 2", ["B", "E"], ["A", "B", "E"]),
    ("this.amount + current_user.points != 3", ALL, ALL),
    ("this.owner != current_user", ["B", "E"], ["A", "B", "E"]),
    ("this.owner not in [current_user]", ["B", "E"], ["A", "B", "E"]),
    ("this.owner.email not in [current_user.role]", [], []),
    ("this.title.contains(current_user.role)", [], []),
    ("not (current_user.role == 'boss')", [], []),
    ("current_user.role.is_empty", ALL, ALL),
    ("current_user.role.default('guest') == 'guest'", ALL, ALL),
    # N could be anybody's.
    ("search(deal, this.owner == current_user).count == 0", [], []),
    ("search(deal, not (this.owner != current_user)).is_empty", [], []),
    ("search(deal, this.owner.is_not_empty and this.owner == current_user).count == 0", [], ALL),
    ("search(deal, this.owner == current_user).count > 0", ALL, []),
    ("search(deal, this.owner == current_user).first.title == 'A'", [], []),
]


@pytest.mark.parametrize(("condition", "ann", "loner"), RULES)
def test_nothing_empty_makes_a_rule_hold(
    people: Callable[[str], People], condition: str, ann: list[str], loner: list[str]
) -> None:
    some = people(condition)
    assert seen(some, some.ann) == ann
    assert seen(some, some.loner) == loner
    assert seen(some, None) == []


@pytest.mark.parametrize(
    ("condition", "ann", "nobody"),
    [
        ("current_user.is_empty", [], ALL),
        ("not current_user.is_empty", ALL, []),
        ("current_user.is_not_empty", ALL, []),
        ("not current_user.is_not_empty", [], ALL),
        ("current_user.is_empty or this.owner == current_user", ["A"], ALL),
        ("this.owner.is_empty", ["N"], ["N"]),
        ("this.owner.is_empty or this.owner == current_user", ["A", "N"], ["N"]),
        # A field of what is not there is not asked about.
        ("this.owner.company.is_empty", [], []),
        ("yes if current_user.is_empty else this.owner == current_user", ["A"], ALL),
    ],
)
def test_a_test_of_emptiness_says_what_it_names(
    people: Callable[[str], People], condition: str, ann: list[str], nobody: list[str]
) -> None:
    some = people(condition)
    assert seen(some, some.ann) == ann
    assert seen(some, None) == nobody


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
