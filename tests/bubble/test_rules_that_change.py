"""What becomes of privacy rules when the app changes: section 7.1 of the reference of Bubble's behaviour."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bubble.test_data_api_permissions import Person, told
from tests.data_caller import Caller
from tests.site import Served

RULES = """
    owner: {when: =this.owner == current_user, find: yes, view: all}
    furnished: {when: =this.furnished, find: yes, view: [beds]}
    cheap: {when: =this.rent < 10, find: yes, view: [rent]}
    """


@pytest.mark.parametrize("gone", ["rent: number", "furnished: yes_no"])
def test_a_rule_that_names_a_deleted_field_opens_nothing(tmp_path: Path, gone: str) -> None:
    """Section 7.1: rules that name deleted fields go on to be enforced. Here such a rule holds for nothing (decision 28)."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        await everything.create({"unit_name": "Ada's", "owner": ada.user_id, "rent": 50})
        await everything.create({"unit_name": "Cheap", "rent": 5, "beds": 1})
        await everything.create({"unit_name": "Full", "furnished": True, "rent": 60, "beds": 2})
        assert await bob.names(key="beds") == [None, 2]
        file = tmp_path / "types/rental_unit.yaml"
        file.write_text(file.read_text("utf-8").replace(f"  {gone}\n", ""), "utf-8")
        issues = await app.reload()
        assert any("rental_unit" in str(one) for one in issues)
        left = {"rent: number": ["Full"], "furnished: yes_no": ["Cheap"]}[gone]
        assert [one["unit_name"] for one in (await everything.page())["results"]][1:] == ["Cheap", "Full"]
        ids = [one["_id"] for one in (await bob.page())["results"]]
        names = [(await everything.get(one))["unit_name"] for one in ids]
        assert names == left
        assert await ada.names() == ["Ada's", None]

    told(tmp_path, RULES, story)


def test_a_changed_rule_counts_from_the_next_request_on(tmp_path: Path) -> None:
    """Section 7.1: rules belong to the app, not to the data; nobody has to log in again."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        await everything.create({"unit_name": "Attic", "beds": 2})
        assert (await bob.page())["count"] == 0
        file = tmp_path / "types/rental_unit.yaml"
        file.write_text(file.read_text("utf-8") + "  everyone: {find: yes, view: [unit_name]}\n", "utf-8")
        await app.reload()
        assert await bob.names() == ["Attic"]

    told(tmp_path, RULES, story)
