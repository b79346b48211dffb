"""Private files as parameters of workflows: sections 1.4 and 7.4 of the reference of Bubble's behaviour."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.bubble.test_data_api_permissions import Person, told
from tests.data_caller import Caller
from tests.site import Served

RULES = "owner: {when: =this.owner == current_user, find: yes, view: all, files: yes, create: yes}"

PRIVATE = {"filename": "a.png", "contents": "YQ==", "private": True}
NO_SUCH = "/fileupload/f1763881200000x00000000000000000000000000000000/a.png"

TAKES = """
auth: none
parameters:
  photo: {type: image, optional: yes}
  papers: {type: list of file, optional: yes}
steps:
  - {do: return_data, with: {values: {photo: =photo, papers: =papers.count}}}
"""


async def with_workflow(app: Served, folder: Path, more: str = "") -> None:
    """Add the workflow that takes files to the app."""
    (folder / "workflows" / "takes.yaml").write_text(TAKES + more)
    await app.reload()


def test_a_parameter_takes_no_private_file_that_its_caller_may_not_open(tmp_path: Path) -> None:
    """Section 7.4: as in the Data API, the answer is the same as for a file that is not there."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        await with_workflow(app, tmp_path)
        unit = await ada.create({"owner": ada.user_id, "photo": PRIVATE})
        address = (await ada.get(unit))["photo"]
        for who in (bob, Caller(app)):
            for one in (address, NO_SUCH, "http://127.0.0.1" + address, address.replace("a.png", "%61.png")):
                for body in ({"photo": one}, {"papers": [{"filename": "b", "contents": ""}, one]}):
                    seen = await app.post("takes", body, headers=who.headers)
                    (name,) = body
                    message = f"Invalid data for field {name}: file {one} does not exist"
                    assert (seen.status, seen.json["body"]["status"], seen.json["body"]["message"]) == (
                        400,
                        "INVALID_DATA",
                        message,
                    )
        for who in (ada, everything):
            seen = await app.post("takes", {"photo": address, "papers": [address]}, headers=who.headers)
            assert seen.json["response"] == {"photo": address, "papers": 1}
        seen = await app.post("takes", {"photo": "https://example.com/a.png"}, headers=bob.headers)
        assert seen.status == 200

    told(tmp_path, RULES, story)


def test_every_private_file_is_told_at_once_and_nothing_is_stored(tmp_path: Path) -> None:
    """Section 1.4."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        await with_workflow(app, tmp_path)
        unit = await ada.create({"owner": ada.user_id, "photo": PRIVATE})
        address = (await ada.get(unit))["photo"]
        stored = set((tmp_path / ".offpage").rglob("*.png"))
        assert len(stored) == 1
        body = {"photo": address, "papers": [address, {"filename": "b.png", "contents": "Yg=="}]}
        seen = await app.post("takes", body, headers=bob.headers)
        assert [one["parameter"] for one in seen.json["body"]["problems"]] == ["photo", "papers"]
        assert seen.status == 400
        assert set((tmp_path / ".offpage").rglob("*.png")) == stored

    told(tmp_path, RULES, story)


@pytest.mark.parametrize("get", [False, True])
def test_a_workflow_that_ignores_privacy_rules_takes_every_file(tmp_path: Path, get: bool) -> None:
    """Section 7.3: all reads as admin; and without that, a parameter of the query is looked at as well."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        more = "method: GET\n" if get else ""
        unit = await ada.create({"owner": ada.user_id, "photo": PRIVATE})
        address = (await ada.get(unit))["photo"]

        async def called() -> int:
            if get:
                path = f"/api/1.1/wf/takes?photo={quote(address)}"
                return (await app.ask("GET", path, headers=bob.headers)).status
            return (await app.post("takes", {"photo": address}, headers=bob.headers)).status

        await with_workflow(app, tmp_path, more)
        assert await called() == 400
        await with_workflow(app, tmp_path, more + "ignore_privacy: yes\n")
        assert await called() == 200

    told(tmp_path, RULES, story)
