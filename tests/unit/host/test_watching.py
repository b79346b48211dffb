"""The folder is watched until the end, whatever happens on the way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from offpage.host.watching import fingerprint, watch


def test_the_watching_goes_on_after_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offpage.host.watching.PAUSE_SECONDS", 0.01)
    failures: list[Exception] = []

    async def story() -> int:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        seen: asyncio.Queue[int] = asyncio.Queue()
        calls = 0

        def changed() -> None:
            nonlocal calls
            calls += 1
            loop.call_soon_threadsafe(seen.put_nowait, calls)
            if calls == 1:
                raise KeyError("thing")

        task = asyncio.create_task(watch(tmp_path, fingerprint(tmp_path), changed, stop, failures.append))
        writing = asyncio.create_task(_write(tmp_path))
        while await seen.get() < 3:
            pass
        writing.cancel()
        stop.set()
        await task
        return calls

    assert asyncio.run(asyncio.wait_for(story(), 30)) >= 3
    assert [type(one) for one in failures] == [KeyError]


def test_what_changes_between_the_reading_and_the_start_of_the_watching_is_seen(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text("name: Before\n")
    read = fingerprint(tmp_path)
    (tmp_path / "app.yaml").write_text("name: After all\n")
    assert fingerprint(tmp_path) != read

    async def story() -> None:
        stop, loop, seen = asyncio.Event(), asyncio.get_running_loop(), asyncio.Event()
        failures: list[Exception] = []

        def changed() -> None:
            loop.call_soon_threadsafe(seen.set)

        task = asyncio.create_task(watch(tmp_path, read, changed, stop, failures.append))
        await seen.wait()
        stop.set()
        await task
        assert failures == []

    asyncio.run(asyncio.wait_for(story(), 30))


async def _write(folder: Path) -> None:
    """Change a file again and again: when the watching begins cannot be known."""
    for count in range(10_000):
        (folder / "app.yaml").write_text(f"name: A{count}\n")
        await asyncio.sleep(0.05)


def test_what_comes_in_a_new_folder_is_seen_with_it(tmp_path: Path) -> None:
    app, aside = tmp_path / "app", tmp_path / "aside"
    for folder in (app, aside):
        folder.mkdir()
    (app / "app.yaml").write_text("name: Before\n")
    (aside / "first.yaml").write_text("steps: []\n")

    async def story() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        seen: asyncio.Queue[bool] = asyncio.Queue()

        def changed() -> None:
            loop.call_soon_threadsafe(seen.put_nowait, (app / "workflows" / "first.yaml").exists())

        task = asyncio.create_task(watch(app, frozenset(), changed, stop, lambda error: None))
        await seen.get()  # the first look: it watches
        # As if the folder and its file had been made before the system was told to watch the folder.
        aside.rename(app / "workflows")
        assert await seen.get()
        stop.set()
        await task

    asyncio.run(asyncio.wait_for(story(), 30))
