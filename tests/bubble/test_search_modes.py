"""Constraints on what may not be seen: section 7.2 of the reference of Bubble's behaviour.

Over the Data API Bubble's modes Automatic and Strict are one (there is no page whose constraints could be known), and
"may constrain" follows "may view" unless configured otherwise. Here it always follows it: decision 28.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from offpage.data.constraints import CONSTRAINT_TYPES
from tests.bubble.test_data_api_permissions import Person, told
from tests.data_caller import Caller, by_rules
from tests.site import Served, play

FOUND = "everyone: {find: yes, view: [beds]}"
"""Everybody finds every unit, and sees of it how many beds it has."""

UNIT: dict[str, Any] = {
    "unit_name": "Sea house",
    "rent": 30,
    "beds": 3,
    "tags": ["sea"],
    "place": {"address": "Oslo", "lat": 59.9139, "lng": 10.7522},
    "Slug": "sea-house",
}

ON_HIDDEN: dict[str, tuple[str, Any]] = {
    "equals": ("rent", 30),
    "not equal": ("rent", 31),
    "is_empty": ("available", None),
    "is_not_empty": ("rent", None),
    "text contains": ("unit_name", "sea"),
    "not text contains": ("unit_name", "hut"),
    "greater than": ("rent", 1),
    "less than": ("rent", 100),
    "in": ("rent", [30]),
    "not in": ("rent", [31]),
    "contains": ("tags", "sea"),
    "not contains": ("tags", "hut"),
    "empty": ("neighbours", None),
    "not empty": ("tags", None),
    "geographic_search": ("place", {"range": 10, "lat": 59.92, "lng": 10.75}),
}
"""A constraint of each type that the unit satisfies, on a field that may not be seen."""


def test_every_constraint_type_is_tried_below() -> None:
    """Section 2.4's table is whole."""
    assert set(ON_HIDDEN) == set(CONSTRAINT_TYPES)


@pytest.mark.parametrize("constraint_type", CONSTRAINT_TYPES)
def test_no_constraint_of_any_type_matches_by_a_hidden_field(tmp_path: Path, constraint_type: str) -> None:
    """Section 7.2, Strict: every constraint needs the right to see the field. An API token needs none (2.4)."""
    key, value = ON_HIDDEN[constraint_type]

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        await everything.create(UNIT)
        constraint = (key, constraint_type, value)
        assert await everything.names(constraint) == ["Sea house"]
        assert [one["beds"] for one in (await ada.page())["results"]] == [3]
        page = await ada.page(constraint)
        assert (page["results"], page["count"], page["remaining"]) == ([], 0, 0)
        assert (await ada.page(constraint, ("beds", "equals", 3)))["count"] == 0

    told(tmp_path, FOUND, story)


@pytest.mark.parametrize("constraint_type", CONSTRAINT_TYPES)
def test_with_the_switch_a_constraint_of_any_type_is_dropped_where_its_field_is_hidden(
    tmp_path: Path, constraint_type: str
) -> None:
    """Sections 2.4 and 7.2: Bubble does not apply it; what the constraint says makes no difference then."""
    key, value = ON_HIDDEN[constraint_type]
    files = by_rules(FOUND)
    files["app.yaml"] += "privacy: {hidden_constraints: ignore}\n"

    async def story(app: Served) -> None:
        everything = Caller(app, app.token()[0])
        await everything.create(UNIT)
        await everything.create({"beds": 4})
        nobody = Caller(app)
        for either in (constraint_type, "is_empty", "is_not_empty"):
            page = await nobody.page((key, either, value))
            assert [one.get("beds") for one in page["results"]] == [3, 4]
        assert (await nobody.page((key, constraint_type, value), ("beds", "equals", 4)))["count"] == 1

    play(tmp_path, files, story)


def test_a_field_may_constrain_where_it_may_be_seen_and_nowhere_else(tmp_path: Path) -> None:
    """Sections 2.4 and 7.2: a field whose right to constrain was never configured follows its view."""
    rules = f"{FOUND}\nown: {{when: =this.owner == current_user, view: [rent]}}"

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        await everything.create({"rent": 30, "beds": 1, "owner": ada.user_id})
        await everything.create({"rent": 30, "beds": 2, "owner": bob.user_id})
        assert await ada.names(("rent", "equals", 30), key="beds") == [1]
        assert await bob.names(("rent", "equals", 30), key="beds") == [2]

    told(tmp_path, rules, story)


def test_an_id_always_constrains_and_a_slug_where_it_may_be_seen(tmp_path: Path) -> None:
    """Section 7.2 says that a slug is always constrainable. It is often made of a name: here it follows its view."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await everything.create(UNIT)
        assert await ada.names(("_id", "equals", unit), key="beds") == [3]
        assert await ada.names(("Slug", "equals", "sea-house"), key="beds") == []
        assert await everything.names(("Slug", "equals", "sea-house"), key="beds") == [3]

    told(tmp_path, FOUND, story)


def test_a_slug_that_is_shown_constrains(tmp_path: Path) -> None:
    """Section 7.2."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        await everything.create(UNIT)
        assert await ada.names(("Slug", "equals", "sea-house"), key="beds") == [3]

    told(tmp_path, "everyone: {find: yes, view: [beds, slug]}", story)
