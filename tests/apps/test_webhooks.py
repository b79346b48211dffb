"""examples/webhooks keeps all that GitHub sends: its real payloads, posted to a real process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.apps.octokit import fetch, payloads
from tests.processes import Serving, copy_of, serving


@pytest.fixture(scope="module")
def server(kept_in: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    place = tmp_path_factory.mktemp("webhooks")
    with serving(copy_of("webhooks", place), place / "data", *kept_in) as server:
        yield server


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, dict[str, Any]]]:
    return payloads(fetch(tmp_path_factory.mktemp("npm")))


def repository_of(payload: dict[str, Any]) -> str | None:
    name = (payload.get("repository") or {}).get("full_name")
    return name if isinstance(name, str) else None


@pytest.mark.timeout(300)
def test_every_payload_is_kept_counted_and_found(server: Serving, examples: list[tuple[str, dict[str, Any]]]) -> None:
    assert len(examples) > 700
    kept = []
    with server.client() as client:
        for number, (event, payload) in enumerate(examples):
            headers = {"X-GitHub-Event": event, "X-GitHub-Delivery": f"delivery-{number}"}
            answer = client.post("github", json=payload, headers=headers)
            assert answer.status_code == 200, (event, answer.text)
            kept.append(answer.json()["response"]["id"])
        assert len(set(kept)) == len(examples)

        def found(**parameters: str) -> dict[str, Any]:
            answer = client.get("deliveries", params=parameters)
            assert answer.status_code == 200, answer.text
            values: dict[str, Any] = answer.json()["response"]
            return values

        assert found()["count"] == len(examples)
        by_event = Counter(event for event, _ in examples)
        events = found()["events"]
        assert len(set(events)) == len(events) == 50, "an answer's list ends after 50, as in Bubble"
        assert set(events) <= set(by_event)
        for event, count in by_event.items():
            assert found(event=event)["count"] == count
        repositories = Counter(filter(None, (repository_of(payload) for _, payload in examples)))
        for repository, count in repositories.most_common(5):
            assert found(repository=repository)["count"] == count

        for number in range(0, len(examples), 50):
            event, payload = examples[number]
            one = client.get("delivery", params={"id": kept[number]}).json()["response"]
            assert (one["event"], one["payload"]) == (event, payload)


def test_a_repeated_delivery_is_answered_and_kept_once(server: Serving) -> None:
    headers = {"X-GitHub-Event": "ping", "X-GitHub-Delivery": "the-same"}
    with server.client() as client:
        first = client.post(
            "github", json={"zen": "Keep it logically awesome.", "sender": {"login": "twice"}}, headers=headers
        )
        again = client.post(
            "github", json={"zen": "Keep it logically awesome.", "sender": {"login": "twice"}}, headers=headers
        )
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.json() == {"status": "NOT_RUN", "response": {}}
        assert client.get("deliveries", params={"sender": "twice"}).json()["response"]["count"] == 1
