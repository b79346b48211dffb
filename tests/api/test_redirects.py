"""Redirections whose address is computed from the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.asgi import Seen
from tests.site import Served, play

FILES = {
    "types/order.yaml": "fields: {number: {type: text, unique: yes}}\n",
    "workflows/buy.yaml": """
        auth: none
        ignore_privacy: yes
        response: redirect
        redirect:
          success: https://shop.test/orders/{{ made.number }}
          error: ="https://shop.test/failed?number=" + number
        parameters: {number: text, skip: {type: yes_no, optional: yes}}
        only_when: =skip.is_empty
        steps:
          - do: create_thing
            as: made
            with: {type: order, set: {number: =number}}
          - do: trigger_event
            with: {event: check, parameters: {other: other}}
          - do: return_data
            with: {values: {ok: yes}}
        """,
    "workflows/check.yaml": """
        trigger: event
        parameters: {other: text}
        steps:
          - do: create_thing
            only_when: =search(order).count > 1
            with: {type: order, set: {number: =search(order).first.number}}
        """,
}


def location(seen: Seen) -> str:
    """Where an answer sends its caller."""
    assert seen.status == 302
    return seen.headers["location"]


def test_a_redirection_knows_the_parameters_and_the_results_of_the_run(tmp_path: Path) -> None:
    async def story(served: Served) -> list[Seen]:
        bodies: list[dict[str, Any]] = [{"number": "a 1"}, {"number": "b"}, {"number": "c", "skip": True}]
        seen = [await served.post("buy", body) for body in bodies]
        key = {"Idempotency-Key": "k1"}
        seen += [await served.post("buy", {"number": "a 1"}, headers=key) for _ in range(2)]
        seen.append(await served.post("buy", {}))
        return seen

    made, failed_inside, skipped, failed, again, missing = play(tmp_path, FILES, story)
    assert location(made) == "https://shop.test/orders/a%201?ok=true"
    assert location(failed_inside).startswith("https://shop.test/failed?number=b&statusCode=400&message=")
    assert location(skipped).startswith("https://shop.test/failed?number=c&statusCode=400")
    assert location(failed).startswith("https://shop.test/failed?number=a%201&statusCode=400")
    assert location(again) == location(failed)
    # Nothing has run, so there is nothing to compute an address from.
    assert (missing.status, missing.json["body"]["status"]) == (400, "MISSING_DATA")
