"""Calls of workflows from the request to the rows: status, body, and exact counts of what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.asgi import Seen
from tests.site import Served, play

SHOP = {
    "types/order.yaml": """
        fields:
          name: text
          number: {type: text, unique: yes}
          amount: number
          paid: {type: yes_no, default: no}
          tags: list of text
          at: date
        """,
    "workflows/create.yaml": """
        trigger: api
        auth: none
        ignore_privacy: yes
        parameters:
          name: text
          amount: number
          number: {type: text, optional: yes}
          tags: {type: list of text, optional: yes}
          at: {type: date, optional: yes}
        steps:
          - do: create_thing
            as: order
            with: {type: order, set: {name: =name, amount: =amount, number: =number, tags: =tags, at: =at}}
          - do: return_data
            with: {values: {id: =order.id, name: =order.name, tags: =order.tags, at: =order.at}}
        """,
    "workflows/pay.yaml": """
        trigger: api
        auth: none
        ignore_privacy: yes
        parameters: {order: order}
        only_when: =order.paid == no
        steps:
          - do: change_thing
            with: {thing: =order, set: {paid: yes}}
        """,
    "workflows/nothing.yaml": """
        trigger: api
        auth: none
        steps: []
        """,
    "workflows/hidden.yaml": """
        trigger: api
        auth: none
        expose: no
        steps: []
        """,
    "workflows/secret.yaml": """
        trigger: api
        auth: admin
        steps: []
        """,
}

TABLES = ("order", "op_runs", "op_queue", "op_answers")


def counts(orders: int = 0, runs: int = 0, answers: int = 0) -> dict[str, int]:
    """What a test expects in the tables; nothing else happened."""
    return {"order": orders, "op_runs": runs, "op_queue": 0, "op_answers": answers}


SCENARIOS: list[tuple[str, str, dict[str, Any], int, Any, dict[str, int]]] = [
    ("POST", "nothing", {}, 200, {"status": "success", "response": {}}, counts(runs=1)),
    ("POST", "create", {"json": {"name": "A", "amount": 2, "x": 1}}, 200, None, counts(1, 1)),
    ("POST", "create", {"json": {"name": "A", "amount": "2"}}, 200, None, counts(1, 1)),
    ("POST", "create", {"json": {"amount": 2}}, 400, "MISSING_DATA", counts()),
    ("POST", "create", {"json": {"name": "A", "amount": "x"}}, 400, "INVALID_DATA", counts()),
    ("POST", "create", {"json": {"name": "A", "amount": 1, "tags": "a"}}, 400, "INVALID_DATA", counts()),
    ("POST", "create", {"json": {"name": "A", "amount": 1, "at": "01/02"}}, 400, "INVALID_DATA", counts()),
    ("POST", "create", {"json": {"name": "A\x00", "amount": 1}}, 400, "INVALID_BODY", counts()),
    ("POST", "create", {"body": b'{"name": "A'}, 400, "INVALID_BODY", counts()),
    ("POST", "create", {"body": b"[1]"}, 400, "INVALID_BODY", counts()),
    ("POST", "create", {"json": {"name": "A", "amount": 1e308 * 10}}, 400, None, counts()),
    ("GET", "create?name=A&amount=1", {}, 405, "METHOD_NOT_ALLOWED", counts()),
    ("PUT", "create", {"json": {"name": "A", "amount": 2}}, 405, "METHOD_NOT_ALLOWED", counts()),
    ("POST", "creat", {"json": {"name": "A", "amount": 2}}, 404, "NOT_FOUND", counts()),
    ("POST", "hidden", {}, 404, "NOT_FOUND", counts()),
    ("POST", "secret", {}, 401, None, counts()),
    ("POST", "pay", {"json": {"order": "1700000000000x123456789012345678"}}, 400, "INVALID_DATA", counts()),
    ("POST", "pay", {"json": {"order": "no id"}}, 400, "INVALID_DATA", counts()),
    ("OPTIONS", "create", {}, 204, None, counts()),
]


@pytest.mark.parametrize(("method", "address", "sent", "status", "says", "left"), SCENARIOS)
def test_a_request_gives_its_status_its_body_and_exactly_its_rows(
    tmp_path: Path, method: str, address: str, sent: dict[str, Any], status: int, says: Any, left: dict[str, int]
) -> None:
    async def story(served: Served) -> tuple[Seen, dict[str, int]]:
        return await served.ask(method, address, **sent), served.counts(*TABLES)

    seen, found = play(tmp_path, SHOP, story)
    assert seen.status == status
    assert found == left
    match says:
        case str():
            assert (seen.json["statusCode"], seen.json["body"]["status"]) == (status, says)
        case dict():
            assert seen.json == says


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"name": "\\u00c5", "amount": 2.5, "tags": ["a", "b"], "at": "2016-01-13T00:00:00Z"}'),
        (
            "application/x-www-form-urlencoded",
            b"name=%C3%85&amount=2.5&tags=a&tags=b&at=1452643200000",
        ),
        (
            "multipart/form-data; boundary=X",
            (
                b'--X\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xc3\x85\r\n'
                b'--X\r\nContent-Disposition: form-data; name="amount"\r\n\r\n2.5\r\n'
                b'--X\r\nContent-Disposition: form-data; name="tags"\r\n\r\n["a","b"]\r\n'
                b'--X\r\nContent-Disposition: form-data; name="at"\r\n\r\n01/13/2016\r\n--X--\r\n'
            ),
        ),
    ],
)
def test_every_way_to_write_a_body_means_the_same(tmp_path: Path, content_type: str, body: bytes) -> None:
    async def story(served: Served) -> Seen:
        return await served.ask("POST", "create", body=body, headers={"Content-Type": content_type})

    response = play(tmp_path, SHOP, story).json["response"]
    assert {key: value for key, value in response.items() if key != "id"} == {
        "name": "Å",
        "tags": ["a", "b"],
        "at": "2016-01-13T00:00:00.000Z",
    }


def test_a_condition_is_asked_in_the_transaction_of_what_follows(tmp_path: Path) -> None:
    async def story(served: Served) -> list[tuple[int, Any]]:
        order = (await served.post("create", {"name": "A", "amount": 1})).json["response"]["id"]
        seen = [await served.post("pay", {"order": order}) for _ in range(2)]
        assert served.counts(*TABLES) == counts(orders=1, runs=3)
        return [(one.status, one.json.get("body", {}).get("status")) for one in seen]

    assert play(tmp_path, SHOP, story) == [(200, None), (400, "NOT_RUN")]


def test_a_failing_step_is_shape_c_and_leaves_what_came_before_it(tmp_path: Path) -> None:
    async def story(served: Served) -> tuple[Seen, dict[str, int]]:
        await served.post("create", {"name": "A", "amount": 1, "number": "N1"})
        return await served.post("create", {"name": "B", "amount": 1, "number": "N1"}), served.counts(*TABLES)

    seen, found = play(tmp_path, SHOP, story)
    assert (seen.status, seen.json["statusCode"], seen.json["reason"]) == (400, 400, "NOT_UNIQUE")
    assert seen.json["args"] == {"bubble_code": seen.headers["run-id"]}
    assert "N1" in seen.json["message"]
    assert found == counts(orders=1, runs=2)


def test_the_same_idempotency_key_answers_the_same_once(tmp_path: Path) -> None:
    async def story(served: Served) -> list[Seen]:
        bodies = [{"name": "A", "amount": 1}, {"name": "A", "amount": 1}, {"name": "B", "amount": 1}]
        seen = [await served.post("create", body, headers={"Idempotency-Key": "k"}) for body in bodies]
        assert served.counts(*TABLES) == counts(orders=1, runs=1, answers=1)
        return seen

    first, again, other = play(tmp_path, SHOP, story)
    assert again.body == first.body
    assert again.headers["run-id"] == first.headers["run-id"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert (other.status, other.json["body"]["status"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_a_token_opens_and_a_revoked_one_does_not(tmp_path: Path) -> None:
    async def story(served: Served) -> list[int]:
        secret, _ = served.token()
        bearer = {"Authorization": f"Bearer {secret}"}
        return [
            (await served.post("secret", headers=bearer)).status,
            (await served.post(f"secret?api_token={secret}")).status,
            (await served.post("secret", headers={"Authorization": "Bearer x"})).status,
        ]

    assert play(tmp_path, SHOP, story) == [200, 200, 401]


def test_a_reload_changes_what_is_answered(tmp_path: Path) -> None:
    async def story(served: Served) -> list[int]:
        before = (await served.post("later")).status
        (tmp_path / "workflows/later.yaml").write_text("trigger: api\nauth: none\nsteps: []\n")
        await served.reload()
        return [before, (await served.post("later")).status]

    assert play(tmp_path, SHOP, story) == [404, 200]


def test_a_workflow_with_mistakes_says_so_and_the_others_work(tmp_path: Path) -> None:
    async def story(served: Served) -> list[Seen]:
        path = tmp_path / "workflows/nothing.yaml"
        path.write_text(path.read_text().replace("steps: []", "only_when: =unheard_of\nsteps: []"))
        hidden = tmp_path / "workflows/hidden.yaml"
        hidden.write_text(hidden.read_text().replace("steps: []", "only_when: =unheard_of\nsteps: []"))
        assert len((await served.reload()).errors) == 2
        broken = await served.post("nothing")
        environment = served.host.site.development
        assert environment is not None
        environment.name = "live"
        return [broken, await served.post("nothing"), await served.post("hidden"), await served.post("pay", {})]

    for_maker, for_caller, hidden, other = play(tmp_path, SHOP, story)
    assert (for_maker.status, for_caller.status, hidden.status) == (500, 500, 404)
    assert "nothing.yaml:" in for_maker.json["body"]["message"]
    assert for_caller.json["body"]["message"] == "Workflow nothing has mistakes and cannot run"
    assert other.json["body"]["status"] == "MISSING_DATA"


def test_a_limit_of_the_app_holds(tmp_path: Path) -> None:
    limits = {"app.yaml": "name: Small\nlimits: {request_bytes: 100, requests_per_minute: 3}\n"}

    async def story(served: Served) -> list[int]:
        large = {"name": "A" * 100, "amount": 1}
        bodies: list[Any] = [large, {"name": "A", "amount": 1}, None, None]
        return [(await served.post("create", body)).status for body in bodies]

    assert play(tmp_path, {**SHOP, **limits}, story) == [413, 200, 400, 429]
