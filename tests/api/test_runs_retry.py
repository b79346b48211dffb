"""offpage runs retry beside a running server: which runs, what is asked first, what becomes of them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from offpage.cli.main import run
from tests.other_api import Asked, OtherApi, Told, other_api
from tests.site import Served, play
from tests.until import asked_until

APP = {
    "app.yaml": "name: Shop\nemail: {from: shop@shop.example}\noutside: {allow: [127.0.0.1]}\n",
    "types/order.yaml": "fields: {number: text, receipt: text}\n",
    "workflows/pay.yaml": """
        auth: none
        ignore_privacy: yes
        parameters: {number: text}
        steps:
          - {do: create_thing, as: made, with: {type: order, set: {number: =number}}}
          - {do: send_email, with: {to: a@b.example, subject: 'Order {{ number }}', body: Thanks}}
          - {do: call_api, as: paid, with: {call: bank.pay, parameters: {order: '{{ number }} {{ random_text(9) }}'}}}
          - {do: change_thing, with: {thing: =made, set: {receipt: =paid.body.id.to_text}}}
        """,
    "workflows/delivered.yaml": """
        auth: none
        ignore_privacy: yes
        dedupe: =request.body.id
        steps:
          - {do: create_thing, with: {type: order, set: {number: =request.body.id.to_text}}}
          - {do: call_api, with: {call: bank.pay, parameters: {order: =request.body.id.to_text}}}
        """,
    "workflows/other.yaml": "auth: none\nsteps:\n  - {do: log_in, with: {email: nobody@shop.example, password: none}}\n",
}
CALLS = "calls: {pay: {method: POST, parameters: {order: text}, json: {order: =order}}}\n"


class Shop:
    """The app, its bank, and the command line beside it."""

    def __init__(self, served: Served, bank: OtherApi, folder: Path, more: list[str], capsys: Any) -> None:
        self.served, self.bank, self._folder, self._more, self._capsys = served, bank, folder, more, capsys

    async def said(self, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        self._capsys.readouterr()
        found = await asyncio.to_thread(run, ["runs", *arguments, *self._more, "--json"])
        told = self._capsys.readouterr()
        assert found == code, told
        return [json.loads(line) for line in told.out.splitlines()]

    async def retried(self, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        return await self.said("retry", str(self._folder), *arguments, code=code)

    async def ended(self, run_id: str, state: str = "finished") -> dict[str, Any]:
        async def shown() -> dict[str, Any]:
            return (await self.said("show", run_id, str(self._folder)))[0]

        return await asked_until(shown, lambda found: found["state"] == state)


@pytest.fixture
def shop(tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str]) -> Any:
    """Serve the shop while a story runs."""

    def with_story(story: Any) -> None:
        more = ["--data", str(tmp_path / ".offpage"), *(["--database", database_url] if database_url else [])]
        with other_api() as bank:
            files = {**APP, "connectors/bank.yaml": f"address: {bank.url}\n{CALLS}"}
            play(tmp_path, files, lambda served: story(Shop(served, bank, tmp_path, more, capsys)), database_url)

    return with_story


def busy(asked: Asked) -> Told:
    return Told(503, {})


def lost(asked: Asked) -> Told:
    raise ConnectionResetError


def paid(asked: Asked) -> Told:
    return Told(200, {"id": f"for {asked.headers['idempotency-key']}"})


def test_many_by_a_filter_and_from_the_failed_step(shop: Any) -> None:
    async def story(app: Shop) -> None:
        app.bank.answer = busy
        ids = [(await app.served.post("pay", {"number": str(n)})).headers["run-id"] for n in range(3)]
        await app.served.post("other")
        assert await app.retried("--workflow", "pay", "--until", "2001-01-01") == []
        assert await app.retried("--user", "1772300000000x100000000000000001") == []
        app.bank.answer = paid
        told = await app.retried("--workflow", "pay", "--since", "2h")
        assert [one["id"] for one in told if one["event"] == "queued"] == ids
        for run_id in ids:
            await app.ended(run_id)
        keys = [one.headers["idempotency-key"] for one in app.bank.asked]
        assert sorted(keys[:3]) == sorted(keys[3:])
        assert {one.body for one in app.bank.asked[:3]} == {one.body for one in app.bank.asked[3:]}
        assert app.served.counts("order") == {"order": 3}
        assert await app.retried("--workflow", "pay", "--since", "2h") == []
        states = [one["state"] for one in await app.said("list", str(app._folder), "--since", "1h")]
        assert states == ["failed", "finished", "finished", "finished"]

    shop(story)


def test_what_is_repeated_is_shown_first_and_needs_a_yes(shop: Any) -> None:
    async def story(app: Shop) -> None:
        app.bank.answer = lost
        run_id = (await app.served.post("pay", {"number": "7"})).headers["run-id"]
        app.bank.answer = paid
        planned, refused = await app.retried(run_id, code=1)
        assert refused == {"event": "not_confirmed", "repeats": {"call": 1}}
        (call,) = planned["repeats"]
        assert (call["address"], call["what"]) == ("workflows/pay/steps/2", {"call": "bank.pay"})
        assert (call["certain"], call["same_key"]) == (False, True)
        planned, _ = await app.retried(run_id, "--from", "start", code=1)
        assert [(one["kind"], one["certain"]) for one in planned["repeats"]] == [
            ("data", True),
            ("mail", True),
            ("call", False),
        ]
        assert planned["repeats"][1]["what"] == {"to": ["a@b.example"], "subject": "Order 7"}
        assert len(app.bank.asked) == 1
        *_, told = await app.retried(run_id, "--from", "start", "--yes")
        anew = await app.ended(told["run_id"])
        assert (anew["retry_of"], anew["parameters"]) == (run_id, {"number": "7"})
        (former,) = await app.said("show", run_id, str(app._folder))
        assert (former["state"], former["retried_as"]) == ("failed", told["run_id"])
        (told,) = await app.retried(run_id, "--yes", code=1)
        assert "begun anew already" in told["error"]

    shop(story)


def test_people_are_told_in_words(shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    async def story(app: Shop) -> None:
        app.bank.answer = lost
        run_id = (await app.served.post("pay", {"number": "7"})).headers["run-id"]
        capsys.readouterr()
        where = ["runs", "retry", str(app._folder), *app._more]
        assert await asyncio.to_thread(run, [*where, run_id, "--from", "start"]) == 1
        told = capsys.readouterr().err
        assert "1 mail, 1 call, 1 change of data" in told
        assert 'send_email  to: ["a@b.example"]  subject: Order 7' in told
        assert "(may have arrived)" in told
        assert "Go ahead with --yes" in told
        app.bank.answer = paid
        assert await asyncio.to_thread(run, [*where, run_id, "--yes"]) == 0
        assert "goes on from the step that failed" in capsys.readouterr().out
        await app.ended(run_id)
        assert await asyncio.to_thread(run, ["runs", "show", run_id, str(app._folder), *app._more]) == 0
        assert "attempt 1:" in capsys.readouterr().out
        for wrong in ([], [run_id, "--since", "2h"], ["nonsense"], ["--since", "yesterday"]):
            assert await asyncio.to_thread(run, [*where, *wrong]) == 2
        assert await asyncio.to_thread(run, [*where, "1772300000000x100000000000000001"]) == 1

    shop(story)


def test_a_workflow_that_is_not_there_is_said(shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    async def story(app: Shop) -> None:
        for command in ("retry", "list"):
            where = ["runs", command, str(app._folder), *app._more, "--workflow"]
            assert await asyncio.to_thread(run, [*where, "pray"]) == 1
            assert (
                "There is no workflow pray, and there are no runs of one. Did you mean `pay`?"
                in capsys.readouterr().err
            )
            assert await asyncio.to_thread(run, [*where, "pay"]) == 0
            assert "There are no such runs" in capsys.readouterr().out
        await app.served.post("other")
        (app._folder / "workflows/other.yaml").unlink()
        assert await app.said("list", str(app._folder), "--workflow", "other", "--until", "2001-01-01") == []
        assert await app.retried("--workflow", "other", "--until", "2001-01-01") == []

    shop(story)


def test_an_accepted_call_tells_of_the_new_try(shop: Any) -> None:
    async def story(app: Shop) -> None:
        app.bank.answer = busy
        answer = await app.served.post("pay", {"number": "7"}, headers={"prefer": "respond-async"})
        assert answer.status == 202

        async def status() -> Any:
            return (await app.served.ask("GET", answer.headers["location"])).json

        failed = await asked_until(status, lambda seen: seen["response"]["state"] not in ("waiting", "running"))
        assert "503" in failed["response"]["error"]["message"]
        app.bank.answer = paid
        await app.retried(answer.headers["run-id"])
        await app.ended(answer.headers["run-id"])
        now = (await status())["response"]
        assert (now["state"], now["status"], now.get("error")) == ("finished", 200, None)

    shop(story)


def test_a_delivery_that_came_again_and_ran_is_not_tried_again(shop: Any) -> None:
    async def story(app: Shop) -> None:
        app.bank.answer = busy
        first, second = [(await app.served.post("delivered", {"id": n})).headers["run-id"] for n in ("a", "b")]
        app.bank.answer = paid
        since = await app.served.post("delivered", {"id": "a"})  # its sender repeats it
        assert since.status == 200
        for origin in ("failed", "start"):
            *_, told = await app.retried(first, "--from", origin, "--yes", code=1)
            assert since.headers["run-id"] in told["error"]
        await app.retried(second)
        await app.ended(second)
        again = await app.served.post("delivered", {"id": "b"})  # what was tried again counts as delivered
        assert (again.status, again.headers["run-id"]) == (200, second)
        assert len(app.bank.asked) == 4

    shop(story)


def test_a_delivery_that_was_begun_anew_counts_as_delivered(shop: Any) -> None:
    async def story(app: Shop) -> None:
        app.bank.answer = busy
        failed = (await app.served.post("delivered", {"id": "c"})).headers["run-id"]
        app.bank.answer = paid
        (told,) = [one for one in await app.retried(failed, "--from", "start", "--yes") if one["event"] == "queued"]
        await app.ended(told["run_id"])
        again = await app.served.post("delivered", {"id": "c"})  # its sender was answered 503, and repeats it
        assert (again.status, again.headers["run-id"]) == (200, told["run_id"])
        assert len(app.bank.asked) == 2

    shop(story)


def test_a_delivery_that_was_begun_anew_and_failed_again_is_its_senders_to_repeat(shop: Any) -> None:
    async def story(app: Shop) -> None:
        async def anew(run_id: str, state: str) -> str:
            (told,) = [one for one in await app.retried(run_id, "--from", "start", "--yes") if one["event"] == "queued"]
            await app.ended(told["run_id"], state)
            return str(told["run_id"])

        app.bank.answer = busy
        first = [(await app.served.post("delivered", {"id": n})).headers["run-id"] for n in ("d", "e")]
        second = [await anew(one, "failed") for one in first]
        repeated = await app.served.post("delivered", {"id": "d"})
        assert (repeated.status, repeated.headers["run-id"] in second) == (400, False), "it ran, and failed by itself"
        app.bank.answer = paid
        third = [await anew(one, "finished") for one in second]
        for number, name in enumerate(("d", "e")):
            repeated = await app.served.post("delivered", {"id": name})
            assert (repeated.status, repeated.headers["run-id"]) == (200, third[number])

        app.bank.answer = busy
        failed = await anew((await app.served.post("delivered", {"id": "f"})).headers["run-id"], "failed")
        app.bank.answer = paid
        since = await app.served.post("delivered", {"id": "f"})
        assert since.status == 200
        for origin in ("failed", "start"):
            *_, told = await app.retried(failed, "--from", origin, "--yes", code=1)
            assert since.headers["run-id"] in told["error"]

    shop(story)
