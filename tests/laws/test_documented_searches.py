"""Law: whatever search the OpenAPI document allows, the server answers with 200 and as the document says."""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from offpage.data.constraints import OF_KEYWORDS
from offpage.host.compose import Place
from offpage.host.hosting import open_host
from offpage.web.data_api.asking import MOST_KEYWORDS
from tests.api.test_answers_as_documented import EVERYTHING, VALUES
from tests.asgi import Seen
from tests.documented import Document
from tests.engine.accounts import bearer
from tests.site import Served, write_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what they warn of is theirs
    import schemathesis

SEARCHES = "/obj/sample"
Site = tuple[Callable[[dict[str, Any]], Seen], Document, st.SearchStrategy[Any]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A function that searches, as nobody, in an app with fields of every kind; its document; what that allows."""
    loop = asyncio.new_event_loop()
    folder = write_app(tmp_path_factory.mktemp("app"), EVERYTHING)
    host = open_host(Place(folder, folder / ".offpage"), ("development",))
    loop.run_until_complete(host.start())
    app = Served(host)
    headers = bearer(app.token()[0])
    for body in ({}, VALUES):
        sent = loop.run_until_complete(app.post(f"/api/1.1{SEARCHES}", body, headers=headers))
        assert sent.status == 201
    document = Document(loop.run_until_complete(app.ask("GET", "/api/1.1/meta/openapi.json")).json)

    def search(query: dict[str, Any]) -> Seen:
        texts = {name: one if isinstance(one, str) else json.dumps(one) for name, one in query.items()}
        return loop.run_until_complete(app.ask("GET", f"/api/1.1{SEARCHES}?{urlencode(texts)}"))

    try:
        yield search, document, schemathesis.openapi.from_dict(document.document)[SEARCHES]["GET"].as_strategy()
    finally:
        loop.run_until_complete(host.stop())
        loop.close()


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_search_that_the_document_allows_is_answered(served: Site, data: st.DataObject) -> None:
    search, document, cases = served
    query = data.draw(cases).query or {}
    constraints = query.get("constraints") or []
    constraints = json.loads(constraints) if isinstance(constraints, str) else constraints
    assume(sum(one["constraint_type"] in OF_KEYWORDS for one in constraints) <= MOST_KEYWORDS)
    assume("\\u0000" not in json.dumps(query))  # which no text may hold
    seen = search(query)
    assert seen.status == 200, seen.body
    assert document.problems("GET", SEARCHES, seen) == []
