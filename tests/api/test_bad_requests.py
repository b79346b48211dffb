"""Whatever is sent: an answer, never a 500, never a traceback; and the next request is answered."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offpage.host.compose import Place
from offpage.host.hosting import open_host
from tests.site import Served, write_app

APP = {
    "options/status.yaml": "options: {open: {label: Open}, paid: {label: Paid}}\n",
    "types/order.yaml": """
        fields:
          text: text
          number: number
          date: date
          yes_no: yes_no
          place: address
          span: date_range
          interval: interval
          file: file
          status: status
          json: json
          texts: list of text
          numbers: list of number
          other: order
        """,
    "workflows/take.yaml": """
        trigger: api
        auth: none
        ignore_privacy: yes
        parameters:
          text: {type: text, optional: yes}
          number: {type: number, optional: yes}
          date: {type: date, optional: yes}
          yes_no: {type: yes_no, optional: yes}
          place: {type: address, optional: yes}
          span: {type: date_range, optional: yes}
          interval: {type: interval, optional: yes}
          file: {type: file, optional: yes}
          status: {type: status, optional: yes}
          json: {type: json, optional: yes}
          texts: {type: list of text, optional: yes}
          numbers: {type: list of number, optional: yes}
          other: {type: order, optional: yes}
        steps:
          - do: create_thing
            as: order
            with:
              type: order
              set:
                text: =text
                number: =number
                date: =date
                yes_no: =yes_no
                place: =place
                span: =span
                interval: =interval
                file: =file
                status: =status
                json: =json
                texts: =texts
                numbers: =numbers
                other: =other
          - do: return_data
            with: {values: {order: =order, body: =request.body, length: =text.length, query: =request.query.a}}
        """,
}


class Kept:
    """One app served for a whole module, in a loop of its own."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self._runner = asyncio.Runner()
        self._host = open_host(Place(write_app(folder, APP), folder / ".offpage", database), ("development",))
        assert [str(issue) for issue in self._host.runners["development"].issues.errors] == []
        self._runner.run(self._host.start())
        self.served = Served(self._host)

    def ask(self, *what: Any, **more: Any) -> Any:
        """Send one request."""
        return self._runner.run(self.served.ask(*what, **more))

    def close(self) -> None:
        """Stop serving."""
        self._runner.run(self._host.stop())
        self._runner.close()


@pytest.fixture(scope="module")
def kept(kept_in: tuple[str, ...]) -> Iterator[Kept]:
    """The app."""
    with tempfile.TemporaryDirectory() as folder:
        one = Kept(Path(folder), *kept_in[1:])
        yield one
        one.close()


NAMES = [
    "text",
    "number",
    "date",
    "yes_no",
    "place",
    "span",
    "interval",
    "file",
    "status",
    "json",
    "texts",
    "numbers",
    "other",
]
NASTY = st.sampled_from(
    [
        "\x00", "é", "e\u0301", "'; DROP TABLE t_order; --", "%", "_", "\\", "=1+1", "{{ 1 }}", "\ud7ff", "\U0010ffff",
        1e308, -1e308, 5e-324, -0.0, 2**53, 2**63, 2**64, -(2**63), 10**30, 253402300800000, -62135596800001, "Paid", "open",
        "1700000000000x123456789012345678", "2016-02-30", "0000-00-00", "1e999", "NaN", "infinity", [], {}, [None], [[]], "https://a.test/b",
        {"address": "A", "lat": 91, "lng": 0}, {"lat": 1e300, "lng": 1}, {"filename": "a", "contents": "YQ=="}, [1, 2], [2, 1], [None, 1],
        ["2016-01-01", "2017-01-01"], {"months": 1}, "P1D",
    ]
)  # fmt: skip
VALUES = NASTY | st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)
QUIET = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def encoded(body: Any) -> bytes:
    """JSON that msgspec would refuse to write, too: whole numbers of any size."""
    import json

    return json.dumps(body).encode()


@QUIET
@given(body=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6))
def test_values_of_every_kind_are_taken_or_refused_with_a_400(kept: Kept, body: dict[str, Any]) -> None:
    before = kept.served.count("order")
    seen = kept.ask("POST", "take", body=encoded(body), headers={"content-type": "application/json"})
    assert seen.status in (200, 400), seen.body
    assert kept.served.count("order") - before == (1 if seen.status == 200 else 0)
    if seen.status == 400:
        assert seen.json["body"]["message"]


@QUIET
@given(
    pairs=st.lists(
        st.tuples(st.sampled_from([*NAMES, "texts[]"]), st.text(st.characters(exclude_categories=["Cs"])) | NASTY),
        max_size=6,
    )
)
def test_form_fields_of_every_kind_are_taken_or_refused_with_a_400(kept: Kept, pairs: list[tuple[str, Any]]) -> None:
    from urllib.parse import urlencode

    body = urlencode([(name, value if isinstance(value, str) else encoded(value).decode()) for name, value in pairs])
    headers = {"content-type": "application/x-www-form-urlencoded"}
    seen = kept.ask("POST", "take", body=body.encode(), headers=headers)
    assert seen.status in (200, 400), seen.body


@QUIET
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS"]),
    path=st.sampled_from(["take", "take/initialize", "take/runs/x", "nothing"])
    | st.text(max_size=20).map(lambda t: "/" + t),
    query=st.text(st.characters(max_codepoint=255), max_size=30),
    body=st.binary(max_size=100) | st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3).map(encoded),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["content-type", "authorization", "prefer", "idempotency-key", "origin", "x-y"]),
            st.text(st.characters(max_codepoint=255), max_size=30)
            | st.sampled_from(["application/json", "Bearer x", "respond-async", "text/xml"]),
        ),
        max_size=4,
    ),
)
def test_no_request_whatever_is_a_500(
    kept: Kept, method: str, path: str, query: str, body: bytes, headers: list[tuple[str, str]]
) -> None:
    seen = kept.ask(method, f"{path.replace('?', '')}?{query}", body=[body], headers=headers)
    assert seen.status < 500, seen.body
    if seen.headers.get("content-type") == "application/json" and seen.body:
        msgspec.json.decode(seen.body)


def test_the_app_still_answers_afterwards(kept: Kept) -> None:
    assert kept.ask("POST", "take", json={"text": "A"}).status == 200
