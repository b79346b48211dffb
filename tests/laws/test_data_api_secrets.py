"""Law: whatever somebody asks of the Data API, the answer is the same whatever stands in what they may not see.

Two apps hold the same things, but for the values that Ada may not see. She asks both the same, and gets the same bytes.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offpage.accounts import sessions
from offpage.data.constraints import CONSTRAINT_TYPES
from offpage.host.compose import Place
from offpage.host.hosting import Host, open_host
from offpage.sql.fragment import ident, join, sql, value
from offpage.store.tx import Tx
from tests.data_caller import FILES, Caller, by_rules
from tests.postgres_server import fresh_database
from tests.schemas import thing_id
from tests.site import Served, write_app

RULES = """
    owner: {when: =this.owner == current_user, find: yes, view: all}
    famous: {when: =this.owner.name == "Famous", find: yes, view: [unit_name, tags]}
    listed: {when: =this.furnished, find: no, view: [status]}
    everyone: {find: no, view: [beds]}
    """

ASK = {
    "words": "search(rental_unit, this.unit_name.contains_keywords(words)).count",
    "not_words": "search(rental_unit, this.unit_name.not_contains_keywords(words)).each(this.id)",
    "any": "search(rental_unit, any_field=words).each(this.id)",
    "part": "search(rental_unit, this.unit_name.contains(words)).count",
    "before": "search(rental_unit, this.unit_name < words).each(this.id)",
    "more": "search(rental_unit, this.rent > number).count",
    "other": "search(rental_unit, this.rent != number).each(this.id)",
    "empty": "search(rental_unit, this.rent.is_empty).each(this.id)",
    "near": "search(rental_unit, this.place.distance_to(near) < 500).count",
    "nearest": "search(rental_unit, sort_by=this.place.distance_to(near)).each(this.id)",
    "status": "search(rental_unit, this.status == status).count",
    "tags": "search(rental_unit, this.tags.contains(words)).count",
    "owner": "search(rental_unit, this.owner == owner).count",
    "through": "search(rental_unit, this.owner.name == words).count",
    "mail": "search(user, this.email.contains(words)).count",
    "sum": "search(rental_unit).sum(this.rent)",
    "average": "search(rental_unit).average(this.rent)",
    "median": "search(rental_unit).median(this.rent)",
    "least": "search(rental_unit).min(this.rent)",
    "latest": "search(rental_unit).max(this.available)",
    "count": "search(rental_unit).count",
    "sorted": "search(rental_unit, sort_by=this.rent, descending=yes).each(this.id)",
    "by_status": "search(rental_unit).sort_by(this.status).each(this.id)",
    "groups": "search(rental_unit).group_by(this.rent).count",
    "each": "search(rental_unit).each(this.place)",
    "unique": "search(rental_unit).each(this.status).unique.count",
    "all": "search(rental_unit)",
    "first": "search(rental_unit, sort_by=this.rent).first",
    "unit": "unit",
    "rent": "unit.rent",
    "is_more": "unit.rent > number",
    "items": "unit.tags.count",
    "whose": "unit.owner.email",
    "who": "owner",
}
"""What a workflow answers to whatever it is asked: every way in which an expression can look at hidden things."""

PARAMETERS = """
    words: {type: text, optional: yes}
    number: {type: number, optional: yes}
    near: {type: address, optional: yes}
    status: {type: status, optional: yes}
    owner: {type: user, optional: yes}
    unit: {type: rental_unit, optional: yes}
"""

WORKFLOW = f"auth: none\nparameters:{PARAMETERS}steps:\n  - do: return_data\n    with:\n      values:\n" + "".join(
    f"        {name}: ={text}\n" for name, text in ASK.items()
)

ADA, BOB, STAR = thing_id(1), thing_id(2), thing_id(3)

SECRETS: list[dict[str, Any]] = [
    {"unit_name": "Attic", "rent": 1.0, "beds": 2.0, "status": "free", "available": 1000, "tags": ["a"], "place": ("Oslo", 59.9, 10.7)},
    {"unit_name": "Barn", "rent": 9.0, "beds": 2.0, "status": "taken", "available": None, "tags": ["b", "c"], "place": (None, None, None)},
]  # fmt: skip
"""What stands in Bob's unit, in either app. Ada may see `beds`, which is the same."""

HIDDEN_OF_STAR: list[dict[str, Any]] = [{"rent": 3.0, "status": "free"}, {"rent": None, "status": "taken"}]
"""What stands, unseen by Ada, in a unit of which she sees the name and the tags."""

FIELDS = ("unit_name", "rent", "beds", "furnished", "available", "place", "status", "owner", "tags", "neighbours",
          "season", "notice", "_id", "Created Date", "Modified Date", "created_by", "slug")  # fmt: skip

VALUES = st.sampled_from(
    [None, "", "Attic", "Barn", "Star", "attic", 1, 3, 9, "9", True, False, "For rent", "Taken", 1000, "2026-01-01", "a", ["a"],
     ["b", "c"], [1, 9], ["Attic", "Barn"], BOB, [BOB, ADA], {"range": 10, "lat": 59.9, "lng": 10.7},
     {"address": "Oslo", "lat": 59.9, "lng": 10.7}]
)  # fmt: skip

CONSTRAINTS = st.fixed_dictionaries(
    {"key": st.sampled_from(FIELDS), "constraint_type": st.sampled_from(CONSTRAINT_TYPES), "value": VALUES}
)

QUERIES = st.fixed_dictionaries(
    {
        "constraints": st.lists(CONSTRAINTS, max_size=3).map(json.dumps),
        "sort_field": st.sampled_from(["", *FIELDS]),
        "descending": st.sampled_from(["true", "false"]),
        "additional_sort_fields": st.lists(
            st.fixed_dictionaries({"sort_field": st.sampled_from(FIELDS), "descending": st.booleans()}), max_size=1
        ).map(json.dumps),
        "exclude_remaining": st.sampled_from(["true", "false"]),
        "cursor": st.integers(0, 3),
        "limit": st.integers(0, 3),
    }
)


class Pair:
    """Two apps that differ in nothing but what Ada may not see."""

    def __init__(self, loop: asyncio.AbstractEventLoop, hosts: list[Host]) -> None:
        self._loop = loop
        self.hosts = hosts
        self.callers: list[dict[str, Caller]] = []

    def ask(self, who: str, method: str, path: str, body: Any = None) -> tuple[Any, Any]:
        """What either app answers."""
        first, second = [self._ask(callers[who], method, path, body) for callers in self.callers]
        return first, second

    def call(self, who: str, workflow: str, body: Any) -> tuple[Any, Any]:
        """What either app answers to a call of a workflow."""
        first, second = [
            self._loop.run_until_complete(callers[who].app.post(workflow, body, headers=callers[who].headers))
            for callers in self.callers
        ]
        return (first.status, first.body), (second.status, second.body)

    def _ask(self, caller: Caller, method: str, path: str, body: Any) -> tuple[int, bytes]:
        seen = self._loop.run_until_complete(caller.ask(method, path, body))
        return seen.status, re.sub(rb'"code":"\w+"', b'"code":""', seen.body)  # each refusal has a code of its own


def fill(app: Served, version: int) -> None:
    """Put the things in."""
    users = [
        (ADA, "Ada", "ada@example.com"),
        (BOB, "Bob", f"bob{version}@example.com"),
        (STAR, "Famous", "s@example.com"),
    ]
    units = [
        (thing_id(10), {"unit_name": "Mine", "rent": 5.0, "owner": ADA, "tags": ["a"]}),
        (thing_id(11), {**SECRETS[version], "owner": BOB}),
        (thing_id(12), {"unit_name": "Star", **HIDDEN_OF_STAR[version], "owner": STAR, "tags": ["a", "b"]}),
        (thing_id(13), {**SECRETS[1 - version], "beds": 4.0, "owner": BOB}),
    ]

    if version:  # how many there are is a secret, too
        units.append((thing_id(20), {"unit_name": "More", "rent": 3.0, "owner": BOB, "tags": ["a"]}))

    def write(tx: Tx) -> None:
        for one, name, mail in users:
            _insert(tx, "t_user", {"id": one, "name": name, "email": mail})
        for one, fields in units:
            _insert_unit(tx, one, dict(fields))

    app.database.write_now(write)


def _insert_unit(tx: Tx, unit: str, fields: dict[str, Any]) -> None:
    tags = fields.pop("tags", [])
    fields["place"], fields["place__lat"], fields["place__lng"] = fields.pop("place", (None, None, None))
    _insert(tx, "t_rental_unit", {"id": unit, **fields})
    for tag in tags:
        tx.run(sql("INSERT INTO l_rental_unit__tags (owner, value) VALUES ({}, {})", value(unit), value(tag)))


def _insert(tx: Tx, table: str, fields: dict[str, Any]) -> None:
    fields = {"created_date": 1_700_000_000_000, "modified_date": 1_700_000_000_000, **fields}
    names, values = join(", ", map(ident, fields)), join(", ", map(value, fields.values()))
    tx.run(sql("INSERT INTO {} ({}) VALUES ({})", ident(table), names, values))


@pytest.fixture(scope="module", params=["sqlite", "postgres", "sqlite, constraints dropped"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    files = FILES | by_rules(RULES) | {"workflows/ask.yaml": WORKFLOW}
    if "dropped" in request.param:
        files["app.yaml"] += "privacy: {hidden_constraints: ignore}\n"
    with ExitStack() as databases:
        urls = ["", ""]
        if request.param == "postgres":
            url = request.getfixturevalue("postgres_url")
            urls = [databases.enter_context(fresh_database(url, f"secrets_{os.getpid()}_{n}")) for n in (0, 1)]
        yield from _pair(tmp_path_factory, files, urls)


def _pair(folders: pytest.TempPathFactory, files: dict[str, str], urls: list[str]) -> Iterator[Pair]:
    loop = asyncio.new_event_loop()
    hosts: list[Host] = []
    both = Pair(loop, hosts)
    try:
        for version, url in enumerate(urls):
            folder = write_app(folders.mktemp(f"app{version}"), files)
            hosts.append(open_host(Place(folder, folder / ".offpage", url), ("development",)))
            loop.run_until_complete(hosts[-1].start())
            app = Served(hosts[-1])
            assert [str(one) for one in app.runner.issues.errors] == []
            fill(app, version)
            both.callers.append({"ada": Caller(app, log_in(app, ADA)), "nobody": Caller(app)})
        yield both
    finally:
        for host in hosts:
            loop.run_until_complete(host.stop())
        loop.close()


def log_in(app: Served, user_id: str) -> str:
    """A token of a user."""
    machine = app.runner.machine
    now, new_id = machine.clock.now(), machine.new_id
    return app.database.write_now(lambda tx: sessions.start(tx, user_id, stay=True, now=now, new_id=new_id)).token


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=QUERIES, who=st.sampled_from(["ada", "nobody"]))
def test_no_search_tells_what_may_not_be_seen(pair: Pair, query: dict[str, Any], who: str) -> None:
    first, second = pair.ask(who, "GET", f"rentalunit?{urlencode(query)}")
    assert first == second


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "PATCH", "PUT", "DELETE"]),
    number=st.sampled_from([1, 2, 3, 10, 11, 12, 13, 14]),
    of=st.sampled_from(["rentalunit", "user"]),
    body=st.fixed_dictionaries({}, optional={"unit_name": VALUES, "status": VALUES, "owner": VALUES}),
    who=st.sampled_from(["ada", "nobody"]),
)
def test_no_request_about_one_thing_tells_what_may_not_be_seen(
    pair: Pair, method: str, number: int, of: str, body: Any, who: str
) -> None:
    first, second = pair.ask(who, method, f"{of}/{thing_id(number)}", None if method in ("GET", "DELETE") else body)
    assert first == second


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.fixed_dictionaries(
        {},
        optional={
            "words": st.sampled_from(["Attic", "Barn", "Star", "a", "at", "bob", "Bob", "Famous", "zz", ""]),
            "number": st.sampled_from([0, 1, 3, 5, 9, -1, 1e300]),
            "near": st.sampled_from([{"lat": 59.9, "lng": 10.7}, {"lat": -90, "lng": 180}, "Oslo"]),
            "status": st.sampled_from(["For rent", "Taken"]),
            "owner": st.sampled_from([ADA, BOB, STAR]),
            "unit": st.sampled_from([thing_id(one) for one in (10, 11, 12, 13, 14)]),
        },
    ),
    who=st.sampled_from(["ada", "nobody"]),
)
def test_no_workflow_that_runs_as_somebody_tells_what_they_may_not_see(pair: Pair, asked: Any, who: str) -> None:
    first, second = pair.call(who, "ask", asked)
    assert first == second


def test_the_workflow_does_look_at_what_may_be_seen(pair: Pair) -> None:
    """The law would hold for a workflow that answers nothing."""
    first, _ = pair.call("ada", "ask", {"words": "Star", "number": 4, "unit": thing_id(10)})
    found = json.loads(first[1])["response"]
    assert (found["words"], found["any"], found["more"], found["rent"]) == (1, [thing_id(12)], 1, 5)
    assert (found["count"], found["sum"], found["whose"]) == (2, 5, "ada@example.com")


def test_searches_do_find_what_may_be_seen(pair: Pair) -> None:
    """The law would hold for an API that finds nothing."""
    first, _ = pair.ask("ada", "GET", "rentalunit?sort_field=unit_name")
    found = json.loads(first[1])["response"]
    assert [one["unit_name"] for one in found["results"]] == ["Mine", "Star"]
    assert found["results"][1] == {"_id": thing_id(12), "unit_name": "Star", "tags": ["a", "b"]}
    only, _ = pair.ask("ada", "GET", f"rentalunit/{thing_id(11)}")
    assert json.loads(only[1])["response"] == {"_id": thing_id(11), "beds": 2}
