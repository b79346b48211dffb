"""The time of a search tells nothing of what stands in texts that may not be seen: they are never looked through."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.bubble.test_data_api_permissions import LOG_IN, person
from tests.data_caller import admin
from tests.site import Served, play

WORDS = " ".join(f"word{number}ing" for number in range(400))
NOTES = 600

RULES = {
    "own": "=this.owner == current_user",
    "team": "=this.owner.team == current_user.team",
    "open": "=this.open",
    "deep": "=this.watchers.where(this.team == current_user.team).count > 0",
}
"""Rules by which Ada finds none of Bob's notes; a database may put off the last one until it has looked at the rest."""


def files(rule: str) -> dict[str, str]:
    return {
        "app.yaml": "name: Notes\napi: {data: yes}\n",
        "types/note.yaml": (
            "api: yes\nfields: {body: text, owner: user, watchers: list of user, open: yes_no}\n"
            f"privacy:\n  some: {{when: {RULES[rule]}, find: yes, view: all}}\n"
        ),
        "types/user.yaml": "api: yes\nfields: {team: text}\nprivacy: {self: {when: =this == current_user, view: all}}\n",
        "workflows/log_in.yaml": LOG_IN,
    }


@pytest.mark.parametrize("rule", RULES)
def test_looking_for_a_word_takes_as_long_whether_it_is_in_hidden_texts_or_not(
    tmp_path: Path, rule: str, database_url: str
) -> None:
    async def story(app: Served) -> None:
        everything = admin(app)
        ada, bob = [await person(everything, f"{name}@example.com") for name in ("ada", "bob")]
        for who, team in ((ada, "A"), (bob, "B")):
            await everything.change(who.user_id, {"team": team}, of="user")
        note: dict[str, Any] = {"body": WORDS, "owner": bob.user_id, "watchers": [bob.user_id], "open": False}
        lines = "\n".join([json.dumps(note)] * NOTES).encode()
        headers = everything.headers | {"content-type": "text/plain"}
        assert (await app.ask("POST", "/api/1.1/obj/note/bulk", body=lines, headers=headers)).status == 200

        async def took(word: str) -> float:
            began = time.perf_counter()
            seen = await ada.search(("body", "text contains", word), of="note")
            assert seen.json["response"]["count"] == 0
            return time.perf_counter() - began

        await took("word")  # the statement is compiled
        there, absent = float("inf"), float("inf")
        for number in range(7):  # other words each time: what they begin with is remembered
            there = min(there, await took(f"word{number}ing"))
            absent = min(absent, await took(f"nothing{number}ing"))
        assert there < 2 * absent + 0.005, (there, absent)

    play(tmp_path, files(rule), story, database_url)
