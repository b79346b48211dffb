"""A change of the folder that would lose data, while it is served: refused for the one field that it is about."""

from __future__ import annotations

import asyncio
from pathlib import Path

from offpage.host.hosting import open_host
from tests.site import Served, place_of, play

TYPE = """\
label: Order
fields:
  name: text
  total: text
"""
APP = {
    "types/order.yaml": TYPE,
    "workflows/make.yaml": """
        auth: none
        ignore_privacy: yes
        parameters: {name: text}
        steps:
          - {do: create_thing, as: made, with: {type: order, set: {name: =name, total: a lot}}}
          - {do: return_data, with: {values: {name: =made.name, total: =made.total}}}
        """,
    "workflows/hello.yaml": """
        auth: none
        steps:
          - {do: return_data, with: {values: {say: hello}}}
        """,
}


def test_what_needs_no_lossy_change_goes_live(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        assert (await served.post("make", {"name": "A"})).status == 200
        types, hello = tmp_path / "types" / "order.yaml", tmp_path / "workflows" / "hello.yaml"
        types.write_text(TYPE.replace("total: text", "total: number") + "  extra: date\n")
        hello.write_text(hello.read_text().replace("hello", "good day"))
        (tmp_path / "workflows" / "add.yaml").write_text(
            "auth: none\nsteps:\n  - {do: create_thing, with: {type: order, set: {total: 3, extra: =now}}}\n"
        )
        issues = [one for one in await served.reload() if one.address == "types/order/fields/total"]
        assert [(one.file, one.line) for one in issues] == [("types/order.yaml", 4)]
        assert "--allow-data-loss" in issues[0].message
        assert (await served.post("hello")).json["response"] == {"say": "good day"}
        # What was written for the field as it was goes on; `extra` is there.
        assert (await served.post("make", {"name": "B"})).json["response"] == {"name": "B", "total": "a lot"}
        assert served.database.read(lambda tx: tx.rows("SELECT extra FROM t_order")) == [(None,), (None,)]

        (tmp_path / ".env").write_text("KEY=something\n")  # read again without a change of the definition
        assert any(one.address == "types/order/fields/total" for one in await served.reload())
        assert (await served.post("make", {"name": "C"})).json["response"] == {"name": "C", "total": "a lot"}

        types.write_text(TYPE + "  extra: date\n")
        assert list(await served.reload()) == []
        assert (await served.post("make", {"name": "D"})).status == 200
        assert served.count("order") == 4

    play(tmp_path, APP, story)


def test_a_field_that_cannot_be_unique_stays_what_it_was_and_the_rest_goes_live(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        for _ in range(2):
            assert (await served.post("make", {"name": "A"})).status == 200
        (tmp_path / "types" / "order.yaml").write_text(TYPE.replace("name: text", "name: {type: text, unique: yes}"))
        hello = tmp_path / "workflows" / "hello.yaml"
        hello.write_text(hello.read_text().replace("hello", "good day"))
        assert [(one.address, one.line) for one in await served.reload()] == [("types/order/fields/name", 3)]
        assert (await served.post("hello")).json["response"] == {"say": "good day"}
        assert (await served.post("make", {"name": "A"})).status == 200

    play(tmp_path, APP, story)


def test_what_is_refused_while_it_is_served_is_so_at_a_start(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        assert (await served.post("make", {"name": "A"})).status == 200

    play(tmp_path, APP, story)
    (tmp_path / "types" / "order.yaml").write_text(TYPE.replace("total: text", "total: number") + "  extra: date\n")
    (tmp_path / "workflows" / "add.yaml").write_text(
        "auth: none\nsteps:\n  - {do: create_thing, with: {type: order, set: {total: =1 + 2, extra: =now}}}\n"
    )

    async def again() -> None:
        host = open_host(place_of(tmp_path, tmp_path / ".offpage", url="http://app.test"), ("development",))
        try:
            served = Served(host)
            addresses = [one.address for one in served.runner.issues]
            assert addresses.count("types/order/fields/total") == 1
            assert (await served.post("hello")).json["response"] == {"say": "hello"}
            assert (await served.post("make", {"name": "B"})).json["response"] == {"name": "B", "total": "a lot"}
            assert (await served.post("add")).status == 500
        finally:
            await host.stop()

    asyncio.run(again())
    allowed = open_host(
        place_of(tmp_path, tmp_path / ".offpage", url="http://app.test"), ("development",), allow_data_loss=True
    )
    (addresses,) = [[one.address for one in allowed.runners["development"].issues]]
    asyncio.run(allowed.stop())
    assert "types/order/fields/total" not in addresses
