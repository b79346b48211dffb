"""What a server does while its app folder is being edited: mistakes are told, and open nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from offpage.host.hosting import open_host
from offpage.kernel.errors import AppError
from tests.asgi import Seen
from tests.site import Served, place_of, play, write_app

HELLO = "auth: none\nsteps: [{do: return_data, with: {text: hello}}]\n"
APP = {"workflows/hello.yaml": HELLO, "types/note.yaml": "fields: {text: text}\n"}


def test_app_yaml_that_cannot_be_read_leaves_the_former_definition_in_force(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        for broken in ("name: A\napi: {workflows: yes\n", "- a\n"):
            (tmp_path / "app.yaml").write_text(broken)
            (tmp_path / "workflows/hello.yaml").write_text(HELLO.replace("hello", "changed"))
            issues = await served.reload()
            assert [issue.file for issue in issues] == ["app.yaml"]
            assert (await served.post("hello")).status == 404
        (tmp_path / "app.yaml").unlink()
        assert [issue.file for issue in await served.reload()] == ["app.yaml"]
        assert (await served.post("hello")).status == 404
        (tmp_path / "app.yaml").write_text("name: A\n")
        assert not len(await served.reload())
        assert (await served.post("hello")).body == b"changed"

    play(tmp_path, {**APP, "app.yaml": "name: A\napi: {workflows: no}\n"}, story)


@pytest.mark.parametrize("text", ["name: [\n", "- a\n", "name\n"])
def test_a_server_does_not_start_where_app_yaml_cannot_be_read(tmp_path: Path, text: str) -> None:
    write_app(tmp_path, {**APP, "app.yaml": text})
    with pytest.raises(AppError, match=r"app\.yaml:\d+:\d+: "):
        open_host(place_of(tmp_path, tmp_path / ".offpage", url="http://app.test"), ("development",))


@pytest.mark.parametrize("broken", ["trigger: cron\n" + HELLO, "steps: [\n", "method: PUT\n" + HELLO, "a: b\n" + HELLO])
def test_a_broken_workflow_answers_with_its_first_issue_and_is_told_in_one_line(tmp_path: Path, broken: str) -> None:
    said: list[tuple[str, dict[str, Any]]] = []

    async def story(served: Served) -> Seen:
        served.host.events.listen(lambda name, fields: said.append((name, fields)))
        (tmp_path / "workflows/hello.yaml").write_text(broken)
        assert len(await served.reload()) == 1
        return await served.post("hello")

    seen = play(tmp_path, APP, story)
    assert seen.status == 500
    assert "workflows/hello.yaml:" in seen.json["body"]["message"]
    ((name, fields),) = [one for one in said if one[0] != "segment.slow"]  # a busy machine is no failure
    assert name == "workflow.broken"
    assert fields["workflow"] == "hello"
    assert "workflows/hello.yaml:" in fields["issue"]


def test_a_secret_that_there_is_not_is_an_issue_until_env_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uses = "auth: none\nsteps: [{do: return_data, with: {text: =secret.MY_KEY}}]\n"

    async def story(served: Served) -> None:
        (tmp_path / "workflows/hello.yaml").write_text(uses)
        (issue,) = await served.reload()
        assert issue.address == "workflows/hello/steps/0/with/text"
        assert "MY_KEY" in issue.message
        assert (await served.post("hello")).status == 500
        (tmp_path / ".env").write_text("MY_KEY=first-key\n")
        assert not len(await served.reload())
        assert (await served.post("hello")).body == b"first-key"
        (tmp_path / ".env").write_text("MY_KEY=second-key\n")
        assert not len(await served.reload())
        assert (await served.post("hello")).body == b"second-key"
        (tmp_path / ".env").unlink()
        assert len(await served.reload()) == 1
        monkeypatch.setenv("MY_KEY", "third-key")
        assert not len(await served.reload())
        assert (await served.post("hello")).body == b"third-key"
        records = served.database.read(lambda tx: tx.rows("SELECT answer, journal FROM op_runs"))
        assert not any("-key" in text for row in records for text in row if text)

    play(tmp_path, APP, story)


def test_a_run_that_waits_does_not_mind_that_its_secret_is_gone(tmp_path: Path) -> None:
    uses = "auth: none\nsteps: [{do: create_thing, with: {type: note, set: {text: =secret.MY_KEY.length}}}]\n"
    typed = {"types/note.yaml": "fields: {text: number}\n", "workflows/hello.yaml": uses}
    write_app(tmp_path, typed)
    (tmp_path / ".env").write_text("MY_KEY=first-key\n")

    async def story() -> list[Any]:
        host = open_host(place_of(tmp_path, tmp_path / ".offpage", url="http://app.test"), ("development",))
        served = Served(host)
        try:
            # Nothing takes up what waits before the host has started.
            await served.post("hello", headers={"Prefer": "respond-async"})
            (tmp_path / ".env").write_text("")
            assert len(await served.reload()) == 1
            await host.start()
            while not served.count("op_runs"):
                await asyncio.sleep(0.01)
            return served.database.read(lambda tx: tx.rows("SELECT state FROM op_runs"))
        finally:
            await host.stop()

    assert [row[0] for row in asyncio.run(asyncio.wait_for(story(), 30))] == ["finished"]


def test_a_folder_whose_name_is_nearly_right_is_warned_about(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        (tmp_path / "workflow").mkdir()
        assert not len(await served.reload())
        (tmp_path / "workflow/x.yaml").write_text("steps: []\n")
        (issue,) = await served.reload()
        assert issue.severity == "warning"
        assert "Did you mean `workflows/`?" in issue.message

    play(tmp_path, APP, story)
