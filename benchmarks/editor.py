"""`python -m benchmarks editor`: the web editor on a large app, in Chromium, on a real `offpage dev`.

First paint, opening the largest workflow, typing until the list of what may come shows, scrolling, the list of 100,000
runs, what a completion takes over HTTP, and how long after a save the app has been read again.
"""

from __future__ import annotations

import http.client
import json
import shutil
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.editor_app import LARGEST, STEPS, write_app, write_runs
from benchmarks.report import Goal, say
from benchmarks.scheduling import opened
from offpage.host.compose import Place
from offpage.host.sources import read_program
from offpage.program.kept import Kept
from offpage.sql.sqlite import SQLITE
from tests.processes import Serving, editor_link, serving

LOADS: Final = 5
TYPED: Final = 15
SETTLED_SECONDS: Final = 1.0
"""How long after a save its consequences are over, and somebody may type again."""
ASKED: Final = 100
SAVED: Final = 5
CHROMIUM: Final = "chromium"
FLAGS: Final = ["--headless", "--no-sandbox", "--disable-gpu"]
PATIENCE_SECONDS: Final = 60

OPEN: Final = """([link, css]) => new Promise((done, fail) => {
  const began = performance.now();
  setTimeout(() => fail(new Error(css + " has not come")), 60000);
  document.querySelector(link).click();
  const look = () => document.querySelector(css)
    ? requestAnimationFrame(() => done(performance.now() - began)) : requestAnimationFrame(look);
  look();
})"""
PAINTED: Final = """() => new Promise((done) => new PerformanceObserver((seen) => {
  for (const one of seen.getEntriesByName("first-contentful-paint")) done(one.startTime);
}).observe({ type: "paint", buffered: true }))"""
WATCH_LIST: Final = f"""window.listShown = new Promise((done) => {{
  const look = () => document.querySelector("a[href$='/{LARGEST}']")
    ? done(performance.now()) : requestAnimationFrame(look);
  look();
}});"""
WATCH_TYPING: Final = """() => {
  window.typed = new Promise((done, fail) => {
    setTimeout(() => fail(new Error("no list has come")), 30000);
    addEventListener("keydown", () => {
      const began = performance.now();
      const look = () => document.querySelector(".cm-tooltip-autocomplete li")
        ? done(performance.now() - began) : requestAnimationFrame(look);
      look();
    }, { once: true, capture: true });
  });
}"""
SCROLL: Final = """() => new Promise((done) => {
  const canvas = document.querySelector("[data-step]").closest("[class*=canvas]");
  const frames = [];
  let before = performance.now();
  const move = (now) => {
    frames.push(now - before);
    before = now;
    canvas.scrollTop += 40;
    if (frames.length < 150) requestAnimationFrame(move);
    else done(frames.slice(1));
  };
  requestAnimationFrame(move);
})"""


def measure(count: int, database: str = "") -> dict[str, Any]:
    """Make the app and its history, start the server and the browser, measure."""
    with TemporaryDirectory() as name:
        place = Place(write_app(Path(name) / "app"), Path(name) / "data", database)
        say(f"writing {count:,} runs")
        with opened(place) as runner:
            write_runs(runner, count)
        more = ("--json", *(("--database", database) if database else ()))
        with serving(place.folder, place.data, *more) as server, sync_playwright() as playwright:
            program = shutil.which(CHROMIUM)
            if program is None:
                raise SystemExit("There is no Chromium: apt-get install chromium.")
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            say("looking at it in Chromium")
            seen, cookie = _seen(browser, server)
            say("asking over HTTP")
            asked = _asked(server, cookie, place.folder)
        say("reading the folder")
        return seen | {"runs": count} | asked | _read(place.folder)


def _seen(browser: Browser, server: Serving) -> tuple[dict[str, Any], str]:
    """What somebody sees, in ms; and the cookie with which they are in."""
    first = browser.new_context()
    first.new_page().goto(editor_link(server))
    first.pages[0].get_by_role("navigation", name="Screens").wait_for()
    state = first.storage_state()
    paints, shown = [], []
    for _ in range(LOADS):
        # A new context has an empty cache: each is the first load.
        context = browser.new_context(storage_state=state, viewport={"width": 1280, "height": 720})
        context.add_init_script(WATCH_LIST)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.port}/editor/workflows", wait_until="commit")
        # The page itself looks: Playwright's search for a link by its name would take half a second of the page's time.
        shown.append(page.evaluate("window.listShown"))
        paints.append(page.evaluate(PAINTED))
        context.close()
    page = browser.new_context(storage_state=state, viewport={"width": 1280, "height": 720}).new_page()
    page.goto(f"http://127.0.0.1:{server.port}/editor/workflows")
    page.get_by_role("link", name=LARGEST, exact=True).wait_for()
    say("opening the largest workflow")
    opening = page.evaluate(OPEN, [f"a[href$='/{LARGEST}']", f"[data-step='steps/{STEPS - 1}']"])
    say("scrolling")
    frames = page.evaluate(SCROLL)
    say("typing")
    typed, at_once = _typed(page, SETTLED_SECONDS), _typed(page, 0)
    say("opening the list of runs")
    runs = page.evaluate(OPEN, ["nav[aria-label=Screens] a[href*='/runs']", "button[data-id]"])
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in state["cookies"])
    return {
        "first_paint_ms": statistics.median(paints),
        "list_shown_ms": statistics.median(shown),
        "largest_opened_ms": opening,
        "typed_ms": statistics.median(typed),
        "typed_slowest_ms": max(typed),
        "typed_at_once_ms": statistics.median(at_once),
        "frame_ms": statistics.median(frames),
        "slowest_frame_ms": max(frames),
        "runs_opened_ms": runs,
    }, cookie


def _typed(page: Page, pause: float) -> list[float]:
    """From a key to the list of what may come, so many seconds after a save."""
    page.get_by_role("button", name="Trigger:").click()
    field = page.get_by_role("complementary", name="Trigger").get_by_role("textbox", name="Only when", exact=True)
    field.wait_for()
    took = []
    title = page.get_by_role("complementary", name="Trigger").get_by_role("heading", level=2)
    for _ in range(TYPED):
        field.click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.press("Delete")
        title.click()
        page.wait_for_function("!document.querySelector('.cm-tooltip-autocomplete')")
        field.click()
        time.sleep(pause)
        page.evaluate(WATCH_TYPING)
        page.keyboard.press("o")
        took.append(page.evaluate("window.typed"))
        title.click()  # away from it, which closes the list
    return took


def _asked(server: Serving, cookie: str, folder: Path) -> dict[str, Any]:
    """What a completion takes, and how long after a save the app has been read again."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
    headers = {"cookie": cookie, "content-type": "application/json"}

    def ask(method: str, path: str, body: Any = None) -> Any:
        connection.request(method, f"/editor/api{path}", None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{path} answered {answer.status}: {text[:300].decode()}")
        return json.loads(text)

    headers["x-offpage-csrf"] = ask("GET", "/session")["csrf"]
    file = f"workflows/sales/{LARGEST}.yaml"
    took = []
    for n in range(ASKED):
        text = "order." if n % 2 else "o"
        body = {
            "file": file,
            "path": ["steps", n % STEPS, "only_when"],
            "text": text,
            "cursor": len(text),
            "kind": "condition",
        }
        began = time.perf_counter()
        ask("POST", "/expressions/complete", body)
        took.append((time.perf_counter() - began) * 1000)
    saves, reads, cpu = [], [], []
    for n in range(SAVED):
        had = ask("GET", "/app")["revision"]
        held = ask("GET", f"/files/{file}")
        used, began = _processor_ms(server), time.perf_counter()
        edit = {"op": "set", "path": ["label"], "value": f"Largest {n}"}
        ask("POST", f"/files/{file}/edits", {"revision": held["revision"], "edits": [edit]})
        saves.append((time.perf_counter() - began) * 1000)
        while ask("GET", "/app")["revision"] == had:
            if time.perf_counter() - began > PATIENCE_SECONDS:
                raise SystemExit("The server has not read the app again.")
            time.sleep(0.05)
        reads.append((time.perf_counter() - began) * 1000)
        cpu.append(_processor_ms(server) - used)
    return {
        "complete_ms": statistics.median(took),
        "complete_p95_ms": statistics.quantiles(took, n=20)[-1],
        "saved_ms": statistics.median(saves),
        "read_again_ms": statistics.median(reads),
        "read_again_cpu_ms": statistics.median(cpu),
    }


def _read(folder: Path) -> dict[str, Any]:
    """The processor time of a first reading of the folder, and of one after a workflow of ten steps was changed."""
    kept, changed = Kept(), []
    began = time.process_time()
    read_program(folder, SQLITE, kept=kept)
    first = (time.process_time() - began) * 1000
    file = folder / "workflows" / "sales" / "w7.yaml"
    for n in range(SAVED):
        file.write_text(f"# {n}\n{file.read_text()}")
        began = time.process_time()
        read_program(folder, SQLITE, kept=kept)
        changed.append((time.process_time() - began) * 1000)
    return {"first_cpu_ms": first, "changed_cpu_ms": statistics.median(changed)}


def _processor_ms(server: Serving) -> float:
    """The processor time that the server has taken."""
    times = psutil.Process(server.process.pid).cpu_times()
    return (times.user + times.system) * 1000


WORDS: Final = {
    "first_paint_ms": f"first contentful paint, empty cache (median of {LOADS})",
    "list_shown_ms": f"list of workflows shown (median of {LOADS})",
    "largest_opened_ms": f"workflow of {STEPS} steps opened",
    "typed_ms": f"a key until the list shows (median of {TYPED})",
    "typed_slowest_ms": "the slowest of them",
    "typed_at_once_ms": f"the same, right after a save (median of {TYPED})",
    "frame_ms": "a frame while scrolling, median",
    "slowest_frame_ms": "the slowest frame",
    "runs_opened_ms": "list of runs opened",
    "complete_ms": f"completion over HTTP (median of {ASKED})",
    "complete_p95_ms": "its 95th percentile",
    "saved_ms": f"an edit saved and checked (median of {SAVED})",
    "read_again_ms": f"the app read again after it (median of {SAVED})",
    "read_again_cpu_ms": "processor time of the server for both, and for being asked whether it has",
    "first_cpu_ms": "processor time of a first reading",
    "changed_cpu_ms": f"processor time of a reading after one workflow has changed (median of {SAVED})",
}


def rows(result: dict[str, Any]) -> list[tuple[str, ...]]:
    """The figures as a table's rows, its head first."""
    return [("", "ms"), *((words, f"{result[name]:,.0f}") for name, words in WORDS.items())]


def goals(result: dict[str, Any]) -> list[Goal]:
    """What was aimed at, and what came out."""
    return [
        Goal("first paint, ms", result["first_paint_ms"], at_most=1_000),
        Goal("completion over HTTP, ms", result["complete_ms"], at_most=50),
        Goal("the list of workflows shown, ms", result["list_shown_ms"], at_most=1_000),
        Goal("processor time for a changed workflow, ms", result["changed_cpu_ms"], at_most=150),
    ]
