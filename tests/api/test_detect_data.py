"""A sample request, kept in the workflow's file, and then usable in its expressions (bubble.md 1.5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.asgi import Seen
from tests.site import Served, play

HOOK = """
# Receives orders of the web shop.
trigger: api
auth: none
request_data: {headers: yes}
steps: []
"""

USING = """
# Receives orders of the web shop.
trigger: api
auth: none
request_data:
  headers: yes
  sample:
    body: {customer: {email: a@b.test}, total: 2.5, lines: [{sku: X1}]}
    headers: {x-shop: eu}
steps:
  - do: return_data
    with:
      values:
        email: =request.body.customer.email
        double: =request.body.total * 2
        sku: =request.body.lines[0].sku
        shop: =request.headers["x-shop"]
"""

SAMPLE = {"customer": {"email": "a@b.test"}, "total": 2.5, "lines": [{"sku": "X1"}]}
PATH = "/version-test/api/1.1/wf/hook/initialize"


def test_a_sample_is_written_into_the_file_which_keeps_its_comments(tmp_path: Path) -> None:
    async def story(served: Served) -> tuple[list[int], int]:
        listening = served.host.site.environment("test")
        assert listening is not None
        assert listening.listening is not None
        before = await served.post(PATH, SAMPLE)
        listening.listening.begin("hook")
        taken = await served.post(PATH, SAMPLE, headers={"X-Shop": "eu", "Authorization": "Bearer nobody"})
        # A wrong token is refused here as everywhere; what was waited for is still waited for.
        again = await served.post(PATH, SAMPLE, headers={"X-Shop": "eu"})
        after = await served.post(PATH, SAMPLE)
        issues = [str(issue) for issue in await served.reload()]
        assert issues == []
        return [before.status, taken.status, again.status, after.status], served.count("op_runs")

    statuses, runs = play(tmp_path, {"workflows/hook.yaml": HOOK}, story)
    assert (statuses, runs) == ([404, 401, 200, 404], 0)
    text = (tmp_path / "workflows/hook.yaml").read_text()
    assert text.startswith("# Receives orders of the web shop.")
    assert "a@b.test" in text
    assert "x-shop" in text


def test_a_callers_credentials_do_not_get_into_the_file(tmp_path: Path) -> None:
    """The file is kept in git, and what a header holds matters to nobody there."""
    sent = {
        "Authorization": "Basic c2VjcmV0LTE=",
        "X-Api-Key": "secret-2",
        "X-Hub-Signature-256": "sha256=secret-3",
        "X-Gitlab-Token": "secret-4",
        "X-Shop": "eu",
        "X-Keyboard": "qwerty",
    }
    shown = """
      - do: return_data
        with:
          values: {key: '=request.headers["x-api-key"]', shop: =request.headers.x_shop}
    """

    async def story(served: Served) -> Seen:
        listening = served.host.site.environment("test")
        assert listening is not None
        assert listening.listening is not None
        listening.listening.begin("hook")
        await served.post(PATH, SAMPLE, headers=sent)
        issues = [str(issue) for issue in await served.reload()]
        assert issues == []
        return await served.post("hook", SAMPLE, headers=sent)

    seen = play(tmp_path, {"workflows/hook.yaml": HOOK.replace("steps: []", "steps:" + shown)}, story)
    assert seen.json["response"] == {"key": "secret-2", "shop": "eu"}
    text = (tmp_path / "workflows/hook.yaml").read_text()
    assert "secret-" not in text
    assert "c2VjcmV0" not in text
    assert 'x-api-key: "(left out)"' in text or "x-api-key: (left out)" in text
    assert "qwerty" in text


def test_what_a_sample_has_shown_can_be_used(tmp_path: Path) -> None:
    async def story(served: Served) -> Seen:
        body = {"customer": {"email": "c@d.test"}, "total": 4, "lines": [{"sku": "Y2"}, {"sku": "Z3"}]}
        return await served.post("hook", body, headers={"X-Shop": "us"})

    seen = play(tmp_path, {"workflows/hook.yaml": USING}, story)
    assert seen.json["response"] == {"email": "c@d.test", "double": 8, "sku": "Y2", "shop": "us"}


def test_what_a_request_lacks_is_empty(tmp_path: Path) -> None:
    async def story(served: Served) -> list[Seen]:
        bodies: list[Any] = [{}, [], {"customer": "x", "lines": {}}, None]
        return [await served.post("hook", body) for body in bodies]

    for seen in play(tmp_path, {"workflows/hook.yaml": USING}, story):
        assert seen.status == 200
        assert all(value is None for value in seen.json["response"].values())


def test_a_sample_that_no_file_can_hold_is_refused_and_still_waited_for(tmp_path: Path) -> None:
    deep: Any = {"v": 1}
    for _ in range(90):
        deep = {"a": deep}

    async def story(served: Served) -> list[int]:
        listening = served.host.site.environment("test")
        assert listening is not None
        assert listening.listening is not None
        listening.listening.begin("hook")
        samples: list[Any] = [deep, {"\u2028": 1, "k" * 5000: "v"}, {"v": "\u0085\ufffe"}]
        return [(await served.post(PATH, one)).status for one in [*samples, SAMPLE]]

    statuses = play(tmp_path, {"workflows/hook.yaml": HOOK}, story)
    assert statuses[0] == 400
    assert all(one in (200, 400, 404) for one in statuses)


LISTS = """
auth: none
request_data:
  sample:
    body: {lines: [{sku: X1, price: 2}], marks: [1, 2], words: [a], mixed: [1, a], nested: [[1]], email: a@b.test}
steps:
  - do: return_data
    with:
      values:
        count: =request.body.lines.count
        skus: =request.body.lines.each(this.sku.to_text)
        first: =request.body.lines.first.price * 2
        second: =request.body.lines[1].price * 2
        sum: =request.body.marks.sum
        joined: =request.body.words.join("-")
        mixed: =request.body.mixed.count
        nested: =request.body.nested.count
        same: =request.body.marks.first.to_number + 1
"""


def test_lists_of_a_sample_take_the_operators_of_lists(tmp_path: Path) -> None:
    lines = [{"sku": "A", "price": 3}, {"sku": "B", "price": 4}]
    body = {"lines": lines, "marks": [4, "x", 5], "words": ["b", "c", None], "mixed": [1], "nested": [[], []]}

    async def story(served: Served) -> list[Seen]:
        return [await served.post("hook", one) for one in (body, {"lines": "no list", "marks": {}})]

    full, other = play(tmp_path, {"workflows/hook.yaml": LISTS}, story)
    assert full.json["response"] == {
        "count": 2, "skus": ["A", "B"], "first": 6, "second": 8, "sum": 9, "joined": "b-c", "mixed": 1, "nested": 2,
        "same": 5,
    }  # fmt: skip
    assert other.status == 200
    assert other.json["response"]["count"] == 0


def test_a_misspelt_key_of_the_sample_is_warned_about(tmp_path: Path) -> None:
    async def story(served: Served) -> list[str]:
        (tmp_path / "workflows/hook.yaml").write_text(
            LISTS.replace("lines.count", "linse.to_text").replace("marks.sum", "far")
        )
        return [f"{one.severity} {one.address}: {one.message}" for one in await served.reload()]

    (found,) = play(tmp_path, {"workflows/hook.yaml": LISTS}, story)
    assert found.startswith("warning workflows/hook/steps/0/with/values/count: ")
    assert found.endswith("has no linse here. Did you mean lines?")
