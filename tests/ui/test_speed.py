"""How soon something is seen, and that an answer to typing is not waited for."""

from __future__ import annotations

import gzip
import json
import re
from typing import Final

from offpage.editor.assets import BUILT
from tests.ui.conftest import Room
from tests.ui.test_building import TYPES

MOST_KB: Final = 350


def test_what_is_loaded_first_is_small() -> None:
    page = (BUILT / "index.html").read_text()
    names = re.findall(r'(?:src|href)="/editor/([^"]+\.(?:js|css))"', page)
    size = sum(len(gzip.compress((BUILT / name).read_bytes())) for name in names)
    assert names
    assert size < MOST_KB * 1000, f"{size / 1000:.0f} kB gzipped at first load"


def test_the_editor_is_painted_and_typing_is_answered_soon(room: Room) -> None:
    desk = room.developer({**TYPES, "workflows/hello.yaml": "auth: none\nparameters: {order: order}\nsteps: []\n"})
    page = desk.page
    page.reload()
    desk.rail.wait_for()
    paints = json.loads(page.evaluate("JSON.stringify(performance.getEntriesByType('paint'))"))
    painted = max(one["startTime"] for one in paints)
    # `python -m benchmarks editor` measures it alone; the bound leaves room for a busy machine.
    assert painted < 3_000
    desk.open_workflow("hello")
    with page.expect_response(lambda answer: answer.url.endswith("/expressions/complete")) as completed:
        desk.trigger.get_by_role("textbox", name="Only when", exact=True).click()
        page.keyboard.type("order.")
    took = completed.value.request.timing["responseEnd"]
    assert took < 1_000
