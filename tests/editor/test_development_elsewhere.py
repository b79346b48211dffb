"""A server whose development version another process serves, until that one is gone."""

from __future__ import annotations

import asyncio
from pathlib import Path

from offpage.editor.opening import editor_of
from offpage.host.hosting import open_host
from offpage.kernel.issues import Issues
from tests.editor.browser import Browser
from tests.site import Served, place_of, write_app

FILES = {"workflows/hello.yaml": "auth: none\nparameters: {name: text}\nsteps: []\n"}


def test_what_is_taken_over_is_told_once_and_keeps_what_it_takes_to_run_again_from_a_step(tmp_path: Path) -> None:
    folder = write_app(tmp_path / "app", FILES)
    told: list[Issues] = []

    async def story() -> tuple[str, bool]:
        place = place_of(folder, tmp_path / "data", url="http://app.test")
        first = open_host(place, ("development",))
        await first.start()
        browser = Browser(Served(first))
        await browser.enter()
        await browser.post("/deploy", {})
        second = open_host(place, ("live", "development"))
        try:
            second.reloaded.append(told.append)
            editor_of(second)
            await second.start()
            try:
                why = second.unserved
                await asyncio.to_thread(second.look_for_development)
                assert "development" not in second.runners
                assert told == [], "nothing has changed"
            finally:
                await first.stop()
            await asyncio.to_thread(second.look_for_development)
            assert not second.site.elsewhere
            return why, second.runners["development"].engine.recorder.keeps_finished
        finally:
            await second.stop()

    why, keeps = asyncio.run(story())
    assert "has development.db" in why or "nother process" in why
    assert len(told) == 1
    assert keeps
