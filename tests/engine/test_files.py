"""Files that steps keep and delete: from a real server on loopback into a real folder."""

from __future__ import annotations

import asyncio
import base64
import resource
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from offpage.accounts.actor import NOBODY
from offpage.actions.outside import Services
from offpage.engine.calls import Outcome
from offpage.engine.left_outside import left_outside
from offpage.engine.progress import Pause, Reached
from offpage.engine.trip import Trip
from offpage.model.reader import read_files
from offpage.program.resolve import resolve
from offpage.services.files import Attached, KeptFile
from offpage.services.local_files import LocalFiles
from offpage.sql.sqlite import SQLITE
from tests.engine.conftest import Bench
from tests.other_api import OtherApi, Told, other_api

Make = Callable[..., Bench]

# A loop that ends with a call leaves its connection to the garbage collector.
pytestmark = [
    pytest.mark.usefixtures("leaves_sockets"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PDF = {"Content-Type": "application/pdf"}


@pytest.fixture
def api() -> Iterator[OtherApi]:
    with other_api() as found:
        yield found


def files_for(given: str, *, allow: str = "[127.0.0.1]", steps: str = "") -> dict[str, str]:
    """An app with a workflow `go` that saves what `given` says."""
    return {
        "app.yaml": f"name: T\noutside: {{allow: {allow}}}\n",
        "types/order.yaml": (
            "fields: {number: text, total: number, owner: user, file: file}\n"
            "privacy:\n  big: {when: =this.total > 10, find: yes, view: all, files: yes}\n  everyone: {find: yes, view: all}\n"
        ),
        "workflows/go.yaml": f"""
auth: none
parameters: {{text: {{type: text, optional: yes}}, order: {{type: order, optional: yes}}, file: {{type: file, optional: yes}}}}
steps:
  - {{do: save_file, as: kept, with: {{{given}}}}}
{steps}
  - {{do: return_data, with: {{values: {{file: =kept, name: =kept.file_name}}}}}}
""",
        "workflows/make.yaml": (
            "auth: none\nparameters: {total: number}\nsteps:\n"
            "  - {do: create_thing, as: made, with: {type: order, set: {total: =total}}}\n"
            "  - {do: return_data, with: {values: {id: =made.id}}}\n"
        ),
    }


def saving(make: Make, folder: Path, given: str, *, allow: str = "[127.0.0.1]", steps: str = "") -> Bench:
    """Such an app, with a folder for its files."""
    app = make(files_for(given, allow=allow, steps=steps))
    app.restart(services=Services(files=LocalFiles(folder, b"k" * 32)))
    return app


def found(folder: Path, outcome: Outcome) -> KeptFile:
    assert outcome.error is None, outcome.error
    kept = LocalFiles(folder).find(*outcome.answer.values["file"].split("/")[-2:])
    assert kept is not None
    return kept


def content_of(file: KeptFile) -> bytes:
    assert file.path is not None
    return file.path.read_bytes()


def kept_in(folder: Path) -> list[str]:
    """Every file in the folder, finished or not, but for the database."""
    return (
        sorted(one.name for one in folder.rglob("*") if one.is_file() and not one.name.startswith("app.db"))
        if folder.exists()
        else []
    )


def call_as_nobody(app: Bench, **parameters: Any) -> Outcome:
    call = app.api_call("go", parameters)
    return asyncio.run(app._called(type(call)(call.workflow, call.parameters, NOBODY, call.request)))


def test_a_file_of_a_url_is_kept(bench: Make, api: OtherApi, tmp_path: Path) -> None:
    api.answer = lambda asked: Told(200, b"%PDF" * 500_000, PDF)
    outcome = saving(bench, tmp_path, "url: =text").call("go", text=f"{api.url}/a/the bill.pdf?x=1#page")
    file = found(tmp_path, outcome)
    assert (outcome.answer.values["name"], file.content_type) == ("the_bill.pdf", "application/pdf")
    assert content_of(file) == b"%PDF" * 500_000
    assert (api.asked[0].path, api.asked[0].query) == ("/a/the%20bill.pdf", [("x", "1")])
    assert kept_in(tmp_path) == ["the_bill.pdf"]


@pytest.mark.parametrize(
    ("path", "headers", "name"),
    [
        ("/", PDF, "file.pdf"),
        ("/photo", {"Content-Type": "image/png; q=1"}, "photo.png"),
        ("/x.bin", {"Content-Disposition": 'attachment; filename="b c.pdf"'}, "b_c.pdf"),
        ("/x", {"Content-Disposition": "attachment; filename*=UTF-8''a%20b.txt; filename=c"}, "a_b.txt"),
        ("/x", {"Content-Disposition": 'attachment; filename="../../etc/passwd.txt"'}, "passwd.txt"),
        ("/a/%2e%2e%2f%2e%2e%2fapp.yaml", {}, "app.yaml"),
        ("/.attached", {}, "attached.json"),
        ("/..%5c..%5cx.pdf", {}, "x.pdf"),
        ("/%00%0a.pdf", {}, "_.pdf"),
    ],
)
def test_the_other_side_names_the_file_and_no_place(
    bench: Make, api: OtherApi, tmp_path: Path, path: str, headers: dict[str, str], name: str
) -> None:
    api.answer = lambda asked: Told(200, b"x", headers)
    folder = tmp_path / "files"
    outcome = saving(bench, folder, "url: =text").call("go", text=api.url + path)
    assert found(folder, outcome).name == name
    assert kept_in(tmp_path) == [name]


@pytest.mark.parametrize("name", ["../../x.pdf", "..\\x.pdf", "/etc/x.pdf", "a\0b/x.pdf", "...x.pdf"])
def test_a_given_name_names_no_place(bench: Make, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "files"
    app = saving(bench, folder, "text: hello, name: =text")
    assert content_of(found(folder, app.call("go", text=name))) == b"hello"
    assert kept_in(tmp_path) == ["x.pdf"]


def test_text_and_base64_are_kept(bench: Make, tmp_path: Path) -> None:
    app = saving(bench, tmp_path, "text: 'Größe {{ text }}', name: a.csv")
    assert content_of(found(tmp_path, app.call("go", text="1"))) == "Größe 1".encode()
    app.define(files_for("base64: =text, name: b.png"))
    assert content_of(found(tmp_path, app.call("go", text=base64.b64encode(b"\x89PNG").decode()))) == b"\x89PNG"
    refused = app.call("go", text="no base64!")
    assert refused.error is not None
    assert "not valid Base64" in refused.error.message
    assert app.call("go", text=None).answer.values == {"file": None, "name": None}


@pytest.mark.parametrize("given", ["name: a", "url: 'https://x.test', text: a"])
def test_a_file_comes_from_one_place(given: str) -> None:
    files = {"app.yaml": "name: T", "workflows/go.yaml": f"steps:\n  - {{do: save_file, with: {{{given}}}}}\n"}
    app, issues = read_files(files)
    (issue,) = [*issues.errors, *resolve(app, "", SQLITE)[1].errors]
    assert "one of `url`, `text` and `base64`" in issue.message


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:PORT/a", "http://2130706433:PORT/", "//localhost:PORT/", "http://[::1]:PORT/"]
)
def test_a_url_does_not_lead_inside(bench: Make, api: OtherApi, tmp_path: Path, url: str) -> None:
    app = saving(bench, tmp_path, "url: =text", allow="[]")
    outcome = app.call("go", text=url.replace("PORT", str(api.port)))
    assert outcome.error is not None
    assert outcome.error.details["why"] == "not_allowed"
    assert (api.asked, kept_in(tmp_path)) == ([], [])


def test_a_redirect_does_not_lead_inside(bench: Make, api: OtherApi, tmp_path: Path) -> None:
    api.answer = lambda asked: Told(302, b"", {"Location": f"http://[::1]:{api.port}/inside"})
    outcome = saving(bench, tmp_path, "url: =text").call("go", text=f"{api.url}/a")
    assert outcome.error is not None
    assert outcome.error.details["why"] == "not_allowed"
    assert len(api.asked) == 1


def test_an_answer_that_is_an_error_is_not_kept(bench: Make, api: OtherApi, tmp_path: Path) -> None:
    api.answer = lambda asked: Told(404, b"<h1>No such file</h1>")
    outcome = saving(bench, tmp_path, "url: =text").call("go", text=f"{api.url}/a.pdf?key=s3cret")
    assert outcome.error is not None
    assert "answered with status 404" in outcome.error.message
    assert "s3cret" not in outcome.error.message
    assert (outcome.error.details["answer_status"], outcome.error.details["retryable"]) == (404, False)
    assert kept_in(tmp_path) == []


@contextmanager
def endless() -> Iterator[tuple[str, list[int]]]:
    """A server whose answer has five GB, in small chunks; and how many bytes it got rid of."""
    sent = [0]
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        one, _ = listening.accept()
        with one:
            one.recv(65536)
            one.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            some = b"400\r\n" + b"x" * 1024 + b"\r\n"
            try:
                while sent[0] < 5 * 1024**3:
                    one.sendall(some * 64)
                    sent[0] += 64 * 1024
            except OSError:
                pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/big.bin", sent
    finally:
        listening.close()
        thread.join()


def test_five_gigabytes_in_small_chunks_are_cut_off(bench: Make, tmp_path: Path) -> None:
    app = saving(bench, tmp_path, "url: =text")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with endless() as (url, sent):
        outcome = app.call("go", text=url)
    assert outcome.error is not None
    assert (outcome.error.details["why"], outcome.error.details["retryable"]) == ("too_large", False)
    assert sent[0] < 70 * 1024 * 1024
    assert kept_in(tmp_path) == []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30 * 1024, "it goes to the disk"


def test_a_file_of_the_storage_keeps_its_address_unless_it_gets_a_name(bench: Make, tmp_path: Path) -> None:
    mine = LocalFiles(tmp_path).keep("a.txt", b"content", 1)
    app = saving(bench, tmp_path, "url: =file")
    assert app.call("go", file=mine).answer.values["file"] == mine
    assert app.call("go", file=f"http://app.test{mine}").answer.values["file"] == f"http://app.test{mine}"
    assert app.call("go", file=mine.replace("a.txt", "b.txt")).state == "failed"
    app.define(files_for("url: =file, name: b.txt"))
    outcome = app.call("go", file=mine)
    assert content_of(found(tmp_path, outcome)) == b"content"
    assert kept_in(tmp_path) == ["a.txt", "b.txt"]


def test_a_private_file_belongs_to_its_thing(bench: Make, tmp_path: Path) -> None:
    app = saving(bench, tmp_path, "text: hi, name: a.txt, attach_to: =order")
    order = app.call("make", total=1).answer.values["id"]
    assert found(tmp_path, app.call("go", order=order)).attached == Attached("order", order, None)
    outcome = app.call("go", order=None)
    assert outcome.error is not None
    assert "`attach_to` is empty" in outcome.error.message
    assert kept_in(tmp_path) == [".attached", "a.txt"]


def test_who_may_not_open_a_private_file_can_neither_copy_nor_delete_it(bench: Make, tmp_path: Path) -> None:
    app = saving(bench, tmp_path, "url: =file, name: copy.txt")
    for total, may in ((1, False), (20, True)):
        order = app.call("make", total=total).answer.values["id"]
        secret = LocalFiles(tmp_path).keep("a.txt", b"secret", 1, Attached("order", order))
        outcome = call_as_nobody(app, file=secret)
        assert (outcome.error is None) is may
        if may:
            assert found(tmp_path, outcome).attached == Attached("order", order), "a copy is no more open"
        else:
            assert outcome.error is not None
            assert "is private" in outcome.error.message
            assert "copy.txt" not in kept_in(tmp_path)
        app.define(files_for("text: x", steps="  - {do: delete_file, with: {file: =file}}"))
        assert (call_as_nobody(app, file=secret).error is None) is may
        assert (LocalFiles(tmp_path).find(*secret.split("/")[-2:]) is None) is may
        app.define(files_for("url: =file, name: copy.txt"))


def test_files_are_deleted_and_one_that_is_gone_is_no_mistake(bench: Make, tmp_path: Path) -> None:
    kept = LocalFiles(tmp_path)
    one, other, stays = (kept.keep(name, b"x", 1) for name in ("a.txt", "b.txt", "c.txt"))
    steps = "  - {do: delete_file, with: {file: ['{{ text }}', =file]}}"
    app = saving(bench, tmp_path, "text: new, name: new.txt", steps=steps)
    assert app.call("go", text=one, file=f"http://app.test{other}").error is None
    assert app.call("go", text=one, file=other).error is None
    outcome = app.call("go", text=stays, file="https://elsewhere.test/fileupload/a/b.txt")
    assert outcome.error is not None
    assert "is no file of this app" in outcome.error.message
    assert set(kept_in(tmp_path)) == {"c.txt", "new.txt"}, "all are looked at before one is deleted"
    assert app.call("go", text="/fileupload/../c.txt", file=stays).error is None
    assert set(kept_in(tmp_path)) == {"new.txt"}


@pytest.mark.parametrize("half", [False, True])
def test_a_step_that_is_repeated_after_a_kill_leaves_one_file(
    bench: Make, api: OtherApi, tmp_path: Path, half: bool
) -> None:
    api.answer = lambda asked: Told(200, f"answer {len(api.asked)}".encode(), PDF)
    app = saving(bench, tmp_path, "url: =text, name: a.pdf")
    run = app.engine._new_run(app.api_call("go", {"text": f"{api.url}/a.pdf"}))
    end = app.database.write_now(lambda tx: app.executor.begin(tx, run))
    assert isinstance(end, Pause)

    async def reach(pause: Pause) -> Any:
        assert pause.call is not None
        try:
            return await pause.call.reach(Trip(pause, Reached(), app.around, app.database, app.engine._outside._pool))
        finally:
            await app.around.services.http.close()

    address = asyncio.run(reach(end))
    if half:  # killed while it wrote
        place = tmp_path / address.split("/")[-2]
        (place / "a.pdf").rename(place / ".0a1b2c3d")
    app.restart(services=Services(files=LocalFiles(tmp_path, b"k" * 32)))  # another process
    (pause,) = app.database.write_now(lambda tx: left_outside(tx, app.executor, app.definitions))
    again = asyncio.run(reach(pause))
    end = app.database.write_now(lambda tx: app.executor.go_on(tx, pause, Reached(again)))
    assert not isinstance(end, Pause)
    assert end.answer.values["file"] == again == address
    assert kept_in(tmp_path) == ["a.pdf"]
    assert run.id[:13] == address.split("/")[-2][1:14]
    assert content_of(found(tmp_path, end)) == (b"answer 2" if half else b"answer 1")


def reading(expression: str) -> dict[str, str]:
    """The app with a workflow that shows an expression of a file."""
    shown = f"  - {{do: return_data, with: {{values: {{content: '{expression}'}}}}}}\n"
    files = files_for("text: x")
    head = files["workflows/go.yaml"].partition("steps:")[0]
    return {**files, "workflows/go.yaml": f"{head}steps:\n{shown}"}


def test_the_content_of_a_file_in_base64(bench: Make, api: OtherApi, tmp_path: Path) -> None:
    app = saving(bench, tmp_path, "text: x")
    app.define(reading("<{{ file.base64 }}>"))
    mine = LocalFiles(tmp_path).keep("a.txt", b"content", 1)
    encoded = base64.b64encode(b"content").decode()
    assert app.call("go", file=mine).answer.values == {"content": f"<{encoded}>"}
    api.answer = lambda asked: Told(200, b"content")
    outcome = app.call("go", file=f"{api.url}/a.txt")
    assert outcome.answer.values == {"content": f"<{encoded}>"}
    assert [(one["step"], one["do"]) for one in app.journal(outcome.run_id)] == [(0, "encode_file"), (0, "return_data")]
    assert app.call("go", file=None).answer.values == {"content": "<>"}
    for gone in (mine.replace("a.txt", "b.txt"), f"http://[::1]:{api.port}/"):
        assert app.call("go", file=gone).state == "failed"


def test_a_file_whose_base64_is_no_text_fails_the_step(
    bench: Make, api: OtherApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offpage.actions.encoding.MOST_BYTES", 6)
    app = saving(bench, tmp_path, "text: x")
    app.define(reading("{{ file.base64 }}"))
    api.answer = lambda asked: Told(200, b"content")
    for one in (LocalFiles(tmp_path).keep("a.txt", b"content", 1), api.url):
        outcome = app.call("go", file=one)
        assert outcome.error is not None
        assert "has 7 bytes" in outcome.error.message


def test_who_may_not_open_a_private_file_cannot_read_it(bench: Make, tmp_path: Path) -> None:
    app = saving(bench, tmp_path, "text: x")
    app.define(reading("=file.base64"))
    for total, may in ((1, False), (20, True)):
        order = app.call("make", total=total).answer.values["id"]
        secret = LocalFiles(tmp_path).keep("a.txt", b"secret", 1, Attached("order", order))
        outcome = call_as_nobody(app, file=secret)
        assert (outcome.error is None) is may
        assert outcome.answer.values == ({"content": base64.b64encode(b"secret").decode()} if may else {})


@pytest.mark.parametrize(
    "expression",
    [
        "search(order).where(this.file.base64 == text).count",
        "search(order).each(this.file.base64)",
        "[file].each(this.base64)",
    ],
)
def test_a_file_is_not_read_while_the_database_is_held(expression: str) -> None:
    app, issues = read_files(reading(f"={expression}"))
    (issue,) = [*issues.errors, *resolve(app, "", SQLITE)[1].errors]
    assert "A file cannot be read here" in issue.message


def test_ids_made_of_a_steps_key_cannot_be_guessed(tmp_path: Path) -> None:
    addresses = {
        LocalFiles(tmp_path, secret).keep("a", b"x", 1, key="k") for secret in (b"", b"", b"a" * 32, b"b" * 32)
    }
    assert len(addresses) == 4


def test_storage_that_is_slow_keeps_nobody_from_logging_in(bench: Make, tmp_path: Path) -> None:
    reached, gate = threading.Semaphore(0), threading.Event()

    class Slow(LocalFiles):
        """As a bucket far away is."""

        def keep(self, *args: Any, **more: Any) -> str:
            reached.release()
            assert gate.wait(30)
            return super().keep(*args, **more)

    app = bench(
        {
            **files_for("text: =text"),
            "workflows/join.yaml": "auth: none\nsteps:\n  - {do: sign_up, with: {email: ada@shop.example, password: correct horse}}\n",
        }
    )
    app.restart(services=Services(files=Slow(tmp_path, b"k" * 32)))

    async def story() -> None:
        saving = [asyncio.create_task(app._called(app.api_call("go", {"text": "a"}))) for _ in range(2)]
        for _ in saving:
            assert await asyncio.to_thread(reached.acquire, timeout=30)
        try:
            async with asyncio.timeout(20):
                joined = await app._called(app.api_call("join", {}))
            assert joined.error is None
        finally:
            gate.set()
            await asyncio.gather(*saving)

    asyncio.run(story())
