"""The built pages, as they reach a browser."""

from __future__ import annotations

import gzip
from pathlib import Path

from offpage.editor.answering import Editor
from offpage.editor.assets import Assets
from tests.asgi import Seen
from tests.editor.browser import Browser, edit


def asked(folder: Path, *paths: str, **headers: str) -> list[Seen]:
    """What the addresses answer when the built files stand in a folder."""

    async def story(browser: Browser) -> list[Seen]:
        browser.served.host.site.editor = Editor(browser.editor.studio, Assets(folder))
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return [await browser.served.ask("GET", path, headers=sent) for path in paths]

    return edit(story)


def built(folder: Path) -> Path:
    """A small build."""
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>built</title>")
    (folder / "assets" / "main-abc123.js").write_text("let a = 1;\n" * 1000)
    (folder / ".fingerprint").write_text("x")
    return folder


def test_every_address_of_the_editor_gives_its_page(tmp_path: Path) -> None:
    seen = asked(built(tmp_path), "/editor", "/editor/", "/editor/workflows/orders/paid", "/editor/runs")
    assert {(one.status, one.body) for one in seen} == {(200, b"<!doctype html><title>built</title>")}
    assert {one.headers["cache-control"] for one in seen} == {"no-cache"}
    policy = seen[0].headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "frame-ancestors 'none'" in policy


def test_a_hashed_file_is_kept_for_ever_and_packed(tmp_path: Path) -> None:
    (seen,) = asked(built(tmp_path), "/editor/assets/main-abc123.js", accept_encoding="gzip, br")
    assert "immutable" in seen.headers["cache-control"]
    assert seen.headers["content-type"] == "text/javascript; charset=utf-8"
    assert seen.headers["content-encoding"] == "gzip"
    assert gzip.decompress(seen.body) == b"let a = 1;\n" * 1000


def test_a_missing_file_and_one_outside_are_not_found(tmp_path: Path) -> None:
    (tmp_path / "ui").mkdir()
    (tmp_path / "secret.js").write_text("secret")
    paths = ("/editor/assets/old.js", "/editor/../secret.js", "/editor/%2e%2e/secret.js", "/editor/.fingerprint")
    assert [one.status for one in asked(built(tmp_path / "ui"), *paths)] == [404, 404, 404, 404]


def test_where_nothing_is_built_a_page_says_how(tmp_path: Path) -> None:
    (seen,) = asked(tmp_path, "/editor/")
    assert seen.status == 200
    assert b"sh scripts/ui" in seen.body
