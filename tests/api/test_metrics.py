"""/metrics: what ended, what waits, how late it is, in the form that Prometheus reads."""

from __future__ import annotations

from pathlib import Path

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from tests.processes import serving
from tests.site import write_app

FILES = {
    "types/note.yaml": "fields: {text: text}\n",
    "workflows/make.yaml": """
        auth: none
        parameters: {text: text}
        steps:
          - {do: create_thing, with: {type: note, set: {text: =text}}}
          - {do: schedule_workflow, only_when: =text == "later", with: {workflow: make, at: =now + days(1), parameters: {text: x}}}
        """,
}


def figures(port: int) -> dict[tuple[str, str], float]:
    """What is told, by name and by state, reason or environment."""
    answer = httpx2.get(f"http://127.0.0.1:{port}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
    assert {one.labels["environment"] for one in samples} == {"development"}
    return {(one.name, one.labels.get("state") or one.labels.get("why") or ""): one.value for one in samples}


def test_what_ended_and_what_waits_is_told(tmp_path: Path) -> None:
    folder = write_app(tmp_path / "app", FILES)
    with serving(folder, tmp_path / "data") as server, server.client() as client:
        before = figures(server.port)
        assert before["offpage_runs_ended_total", "finished"] == 0
        assert before["offpage_database_up", ""] == 1
        assert client.post("make", json={"text": "a"}).is_success
        assert client.post("make", json={"text": "later"}).is_success
        after = figures(server.port)
    assert after["offpage_runs_ended_total", "finished"] == 2
    assert after["offpage_runs_ended_total", "failed"] == 0
    assert after["offpage_runs_waiting", ""] == 1
    assert after["offpage_runs_due", ""] == 0
    assert after["offpage_lateness_seconds", ""] == 0
    assert after["offpage_runs_open", "outside"] == 0
    assert after["offpage_database_repeats_total", "conflict"] == 0
    assert after["offpage_processes", ""] == 1
