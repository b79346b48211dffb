"""What is promised to hold however many processes there are: two servers and a worker on one PostgreSQL, callers at both servers.

Every test ends with exact counts; in two of them a process is killed on the way. Moments that are far off are moved here
instead of being waited for: the rows of the queue get another time.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.chaos.crowd import LATER, Call, answers, send
from tests.chaos.limits_app import AT_ONCE, FILES, RATE, RATE_MS, SHOP, Shop
from tests.cluster import Cluster, cluster, own_postgres
from tests.other_api import OtherApi
from tests.postgres_server import QUICK
from tests.site import write_app
from tests.until import wait_until

HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def found(api: OtherApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    place = tmp_path_factory.mktemp("cluster")
    folder = write_app(place / "app", FILES | {"connectors/shop.yaml": SHOP.format(url=api.url)})
    with (
        own_postgres("max_connections = 200", *QUICK) as postgres,
        cluster(folder, place, postgres.url, workers=1, servers=2) as started,
    ):
        yield started


@pytest.fixture
def shop(api: OtherApi) -> Iterator[Shop]:
    shop = Shop(api)
    yield shop
    shop.opens.set()


def made(found: Cluster, what: str) -> Counter[str]:
    """How often each was made."""
    return Counter(str(name) for (name,) in found.rows("SELECT name FROM t_made WHERE what = %s", what))


def let_come_due(found: Cluster, workflow: str) -> None:
    """What waits of a workflow waits no longer; it has run when this returns."""
    found.rows("UPDATE op_queue SET due_at = 0 WHERE workflow = %s RETURNING id", workflow)
    wait_until(lambda: found.rows("SELECT count(*) FROM op_queue WHERE workflow = %s", workflow) == [(0,)])


def now_ms() -> int:
    """This moment, in ms since 1970."""
    return time.time_ns() // 1_000_000


def test_each_tick_of_what_recurs_runs_exactly_once(found: Cluster) -> None:
    plants = [one["plant"]["_id"] for one in answers(send(found, [Call("plant", name=str(n)) for n in range(4)]))]
    answers(send(found, [Call("arm", plant=one, starts="2020-01-01T00:00:00Z") for one in plants * 4]))
    assert found.rows("SELECT count(*) FROM op_queue WHERE workflow = 'water'") == [(4,)]  # armed once each
    first: dict[tuple[str, str], int] = {}
    for workflow, thing, moment in found.rows(
        "WITH moved AS (UPDATE op_queue SET due_at = due_at - %s WHERE trigger = 'recurring' RETURNING id)"
        " UPDATE op_recurring SET next_at = next_at - %s WHERE run_id IN (SELECT id FROM moved)"
        " RETURNING workflow, thing_id, next_at",
        40 * HOUR_MS, 40 * HOUR_MS,
    ):  # fmt: skip
        first[workflow, thing] = moment
    assert len(first) == 5
    wait_until(lambda: found.rows("SELECT count(*) FROM op_queue WHERE due_at <= %s", now_ms()) == [(0,)])
    seen: dict[tuple[str, str], list[int]] = {}
    for workflow, parameters, due_at in found.rows(
        "SELECT workflow, parameters::json ->> 'thing', due_at FROM op_runs WHERE trigger = 'recurring' ORDER BY due_at"
    ):
        seen.setdefault((workflow, parameters or ""), []).append(due_at)
    for whose, moments in seen.items():
        assert moments == [first[whose] + n * HOUR_MS for n in range(len(moments))], "a tick was lost or came twice"
        assert len(moments) >= 40
    assert made(found, "hourly") == {"by itself": len(seen["hourly", ""])}
    assert made(found, "water") == {str(n): len(seen["water", one]) for n, one in enumerate(plants)}


def test_calls_at_both_servers_become_one_run_with_the_last_parameters(found: Cluster) -> None:
    pages = ["a", "b", "c"]
    seen = answers(send(found, [Call("index", page=page, name=f"call {n}") for n in range(8) for page in pages]), 202)
    last = answers(send(found, [Call("index", page=page, name="the last") for page in pages]), 202)
    assert {one["run_id"] for one in seen} == {one["run_id"] for one in last}
    assert len({one["run_id"] for one in last}) == len(pages)
    assert found.rows("SELECT count(*) FROM op_queue WHERE workflow = 'index'") == [(len(pages),)]
    let_come_due(found, "index")
    for page in pages:
        assert made(found, page) == {"the last": 1}
    runs = found.rows("SELECT id, state FROM op_runs WHERE workflow = 'index'")
    assert sorted(runs) == sorted((one["run_id"], "finished") for one in last)


def test_no_more_than_allowed_are_inside_though_a_server_is_killed(found: Cluster, shop: Shop) -> None:
    asked = [Call("visit", LATER if n % 4 < 2 else None, name=f"v{n}") for n in range(32)]
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send, found, asked)
        wait_until(lambda: len(shop.inside) == AT_ONCE)
        wait_until(lambda: found.rows("SELECT count(*) FROM op_queue WHERE workflow = 'visit'")[0][0] >= 16 - AT_ONCE)
        killed = next(name for name, one in found.processes.items() if one.role == "serve" and one.at == 1)
        found.kill(killed)
        found.start("serve", 1)
        shop.opens.set()
        seen = sending.result()
    found.wait_until_it_answers(1)
    wait_until(found.is_over)
    times = made(found, "visit")
    answered = {one.body["name"] for one, got in zip(asked, seen, strict=True) if got is not None and got.is_success}
    assert {f"v{n}" for n in range(32) if n % 2 == 0} <= answered  # those of the server that lived
    assert answered <= set(times), "answered and lost"
    assert set(times.values()) == {1}, "done twice"
    assert shop.most == AT_ONCE
    assert all(len(keys) == 1 for keys in shop.keys.values())
    assert found.rows("SELECT count(*) FROM op_places") == [(0,)]


def test_no_more_than_allowed_begin_within_a_second(found: Cluster) -> None:
    count = 3 * RATE
    seen = send(found, [Call("start", LATER if n % 4 < 2 else None, name=f"s{n}") for n in range(count)])
    assert {one and one.status_code for one in seen} == {200, 202}
    wait_until(found.is_over)
    assert made(found, "start") == {f"s{n}": 1 for n in range(count)}
    began = [at for (at,) in found.rows("SELECT started_at FROM op_runs WHERE workflow = 'start' ORDER BY started_at")]
    assert len(began) == count
    assert min(beyond - one for one, beyond in zip(began, began[RATE:], strict=False)) >= RATE_MS


def test_the_same_key_at_both_servers_is_one_run_and_one_answer(found: Cluster) -> None:
    keys = [f"o{n}" for n in range(20)]
    seen = answers(send(found, [Call("order", {"idempotency-key": key}, name=key) for key in keys for _ in range(2)]))
    assert seen[::2] == seen[1::2]
    assert len({one["number"] for one in seen}) == len(keys)
    assert made(found, "order") == dict.fromkeys(keys, 1)
    assert found.rows("SELECT count(*) FROM op_runs WHERE workflow = 'order'") == [(len(keys),)]


def test_the_same_key_while_its_run_is_outside_is_refused_and_answered_afterwards(found: Cluster, shop: Shop) -> None:
    keys = [f"p{n}" for n in range(8)]
    calls = [Call("pay", {"idempotency-key": key}, name=key) for key in keys for _ in range(2)]
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send, found, calls)
        wait_until(lambda: len(shop.inside) == len(keys))
        shop.opens.set()
        seen = sending.result()
    assert {one and one.status_code for one in seen} <= {200, 409}
    again = answers(send(found, calls))
    assert again[::2] == again[1::2]
    first = [one.json()["response"] for one in seen if one is not None and one.is_success]
    assert {one["name"]: one["number"] for one in first} == {one["name"]: one["number"] for one in again}
    assert made(found, "pay") == dict.fromkeys(keys, 1)
    assert all(len(shop.keys[key]) == 1 for key in keys)


@pytest.mark.parametrize("mode", ["replace", "keep", "error"])
def test_one_run_waits_under_a_key_wherever_it_was_scheduled(found: Cluster, mode: str) -> None:
    names = [f"{mode} {n}" for n in range(3)]
    seen = send(found, [Call(f"plan_{mode}", name=name, number=n) for n in range(8) for name in names])
    good = [one.json()["response"]["id"] for one in seen if one is not None and one.is_success]
    waiting = [str(one) for (one,) in found.rows("SELECT id FROM op_queue WHERE workflow = 'planned'")]
    assert len(waiting) == len(names)
    assert len(good) == (len(names) if mode == "error" else len(seen))
    assert set(waiting) <= set(good)
    if mode != "replace":
        assert set(waiting) == set(good)
    let_come_due(found, "planned")
    assert {name: made(found, "planned")[name] for name in names} == dict.fromkeys(names, 1)


def test_what_follows_a_batch_runs_once_though_the_process_at_it_is_killed(found: Cluster, shop: Shop) -> None:
    names = [f"{'slow' if n in (150, 300, 301) else 'item'} {n}" for n in range(600)]
    answers(send(found, [Call("batch", names=names)]))
    wait_until(lambda: shop.inside)
    ((run_id,),) = found.rows("SELECT id FROM op_runs WHERE state = 'outside' LIMIT 1")
    killed = found.carrier(run_id)
    at = found.processes[killed].at
    found.start(found.kill(killed), at)
    shop.opens.set()
    wait_until(found.is_over)
    assert found.rows("SELECT total, done, failed, skipped, outside, state FROM op_batches") == [
        (len(names), len(names), 0, 0, 0, "finished")
    ]
    assert made(found, "item") == dict.fromkeys(names, 1)
    assert found.rows("SELECT total, done, failed FROM t_report") == [(len(names), len(names), 0)]
    assert found.rows("SELECT count(*) FROM op_runs WHERE workflow = 'report'") == [(1,)]
    assert all(len(keys) == 1 for keys in shop.keys.values())
