"""kill -9 while a file is being fetched, and after it was kept: one file is left, and the thing knows it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.killing import END_SECONDS, rows
from tests.other_api import Asked, Told, other_api
from tests.processes import serving
from tests.site import place_of, write_app
from tests.until import wait_until

FILES = {
    "app.yaml": "name: Test\noutside: {allow: [127.0.0.1]}\n",
    "types/job.yaml": "fields: {photo: file}\n",
    "workflows/go.yaml": """
        auth: none
        ignore_privacy: yes
        parameters: {url: text}
        steps:
          - {do: create_thing, as: job, with: {type: job}}
          - {do: save_file, as: kept, with: {url: "{{ url }}/photo.png", attach_to: =job}}
          - {do: call_api, with: {call: shop.wait}}
          - {do: change_thing, with: {thing: =job, set: {photo: =kept}}}
        """,
}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("killed_at", ["/photo.png", "/wait"])
def test_a_file_that_was_being_kept_is_there_once(tmp_path: Path, killed_at: str) -> None:
    gate, reached = threading.Event(), threading.Event()

    def answer(asked: Asked) -> Told:
        if asked.path == killed_at and not reached.is_set():
            reached.set()
            gate.wait(END_SECONDS)
        return Told(200, b"\x89PNG" * 100_000, {"Content-Type": "image/png"})

    with other_api() as shop:
        shop.answer = answer
        connector = f"address: {shop.url}\ncalls: {{wait: {{path: /wait, gives: nothing}}}}\n"
        folder = write_app(tmp_path / "app", {**FILES, "connectors/shop.yaml": connector})
        data = tmp_path / "data"
        with serving(folder, data) as server, server.client() as client:
            queued = client.post("go", json={"url": shop.url}, headers={"prefer": "respond-async"})
            assert queued.status_code == 202, queued.text
            assert reached.wait(END_SECONDS)
            server.kill()
        gate.set()
        place = place_of(folder, data)
        with serving(folder, data):
            wait_until(lambda: rows(place, "SELECT state FROM op_runs") == [("finished",)])
        ((address,),) = rows(place, "SELECT photo FROM t_job")
    kept = [one for one in (data / "files").rglob("*") if one.is_file()]
    assert sorted(one.name for one in kept) == [".attached", "photo.png"]
    (photo,) = (one for one in kept if one.name == "photo.png")
    assert address == f"/fileupload/{photo.parent.name}/photo.png"
    assert photo.read_bytes() == b"\x89PNG" * 100_000
