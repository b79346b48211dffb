"""Links to private files that work for an hour: sections 7.4 and 8.5 of the reference of Bubble's behaviour."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from tests.bubble.test_data_api_permissions import Person, told
from tests.data_caller import Caller
from tests.site import Served

RULES = "owner: {when: =this.owner == current_user, find: yes, view: all, files: yes, create: yes}\n    everyone: {view: [photo]}"
PRIVATE = {"filename": "a.png", "contents": "YQ==", "private": True}

LINKS = """
auth: none
IGNORE
parameters: {unit: rental_unit}
steps:
  - do: return_data
    with:
      values:
        link: =unit.photo.secure_url
        other: '="https://example.com/a.png".to_image.secure_url'
"""


async def links(app: Served, folder: Path, unit: str, who: Caller, *, ignoring: bool = False) -> dict[str, str]:
    """What a workflow says of a thing's photo when this person calls it."""
    text = LINKS.replace("IGNORE", "ignore_privacy: yes" if ignoring else "")
    (folder / "workflows" / "links.yaml").write_text(text)
    await app.reload()
    seen = await app.post("links", {"unit": unit}, headers=who.headers)
    assert seen.status == 200, seen.json
    found: dict[str, str] = seen.json["response"]
    return found


async def status(app: Served, link: str) -> int:
    """How a link is answered to somebody who is not logged in."""
    parts = urlsplit(link)
    return (await app.ask("GET", f"{parts.path}?{parts.query}")).status


def test_a_link_opens_a_private_file_for_whoever_has_it(tmp_path: Path) -> None:
    """Section 8.5."""

    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await ada.create({"owner": ada.user_id, "photo": PRIVATE})
        address = (await ada.get(unit))["photo"]
        made = await links(app, tmp_path, unit, ada)
        assert await status(app, address) == 401
        assert await status(app, made["link"]) == 200
        assert made["other"] == "https://example.com/a.png"
        bobs = await links(app, tmp_path, unit, bob)
        assert await status(app, bobs["link"]) == 401, "a run may hand on no more than it may open"
        assert await status(app, (await links(app, tmp_path, unit, bob, ignoring=True))["link"]) == 200
        await everything.change(unit, {"owner": bob.user_id})
        assert await status(app, made["link"]) == 401, "who may not open it any more"
        assert await status(app, bobs["link"]) == 200

    told(tmp_path, RULES, story)


def test_a_link_that_was_changed_does_not_work(tmp_path: Path) -> None:
    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit, other = [await ada.create({"owner": ada.user_id, "photo": PRIVATE}) for _ in range(2)]
        link = (await links(app, tmp_path, unit, ada))["link"]
        query = urlsplit(link).query
        assert await status(app, f"{(await ada.get(other))['photo']}?{query}") == 401
        until = query.partition("=")[2].partition("&")[0]
        for was, becomes in (
            (f"until={until}", f"until={int(until) + 1}"),
            (f"until={until}", "until="),
            (f"for={ada.user_id}", "for=*"),
            (f"for={ada.user_id}", "for="),
            ("signature=", "signature=0"),
            ("&signature=", "&signature="[:-1] + "s="),
            ("&signature=", "&signature=%C3%A4&signature="),
        ):
            assert was in link
            assert await status(app, link.replace(was, becomes)) == 401, becomes

    told(tmp_path, RULES, story)


def test_a_link_works_for_an_hour(tmp_path: Path) -> None:
    async def story(app: Served, everything: Caller, ada: Person, bob: Person) -> None:
        unit = await ada.create({"owner": ada.user_id, "photo": PRIVATE})
        link = (await links(app, tmp_path, unit, ada))["link"]
        environment = app.host.site.development
        assert environment is not None
        made_at = environment.now()
        for minutes, expected in ((59, 200), (61, 401)):
            environment.now = lambda minutes=minutes: made_at + minutes * 60_000  # type: ignore[misc]
            assert await status(app, link) == expected

    told(tmp_path, RULES, story)
