"""An app with a workflow for each promise that holds however many processes there are, and the other program that it visits."""

from __future__ import annotations

import threading
from collections import Counter

from tests.other_api import Asked, OtherApi, Told
from tests.until import WAIT_SECONDS

AT_ONCE = 3
RATE, RATE_MS = 20, 1_000

MADE = "{do: create_thing, with: {type: made, set: {what: %s, name: =name}}}"
PLAN = """
    auth: none
    parameters: {name: text, number: number}
    steps:
      - do: schedule_workflow
        as: planned
        with: {workflow: planned, at: =now + hours(1), key: =name, on_conflict: MODE, parameters: {name: =name, number: =number}}
      - {do: return_data, with: {values: {id: =planned.id}}}
    """
FILES = {
    "app.yaml": "name: Limits\nlimits: {run_seconds: 0}\n",
    "types/made.yaml": "fields: {what: text, name: text}\n",
    "types/plant.yaml": "fields: {name: text}\n",
    "types/report.yaml": "fields: {total: number, done: number, failed: number}\n",
    "workflows/hourly.yaml": f"""
        trigger: recurring
        cron: "0 * * * *"
        missed: all
        ignore_privacy: yes
        steps:
          - {MADE % "hourly"}
        """.replace("=name", "by itself"),
    "workflows/water.yaml": f"""
        trigger: recurring
        type: plant
        missed: all
        ignore_privacy: yes
        steps:
          - {MADE % "water"}
        """.replace("=name", "=thing.name"),
    "workflows/plant.yaml": """
        auth: none
        parameters: {name: text}
        steps:
          - {do: create_thing, as: plant, with: {type: plant, set: {name: =name}}}
          - {do: return_data, with: {values: {plant: =plant}}}
        """,
    "workflows/arm.yaml": """
        auth: none
        ignore_privacy: yes
        parameters: {plant: plant, starts: date}
        steps:
          - {do: set_recurring, with: {workflow: water, thing: =plant, every: 1 hour, starts: =starts}}
        """,
    "workflows/index.yaml": f"""
        auth: none
        parameters: {{page: text, name: text}}
        debounce: {{wait: 1 hour, longest: forever, key: =page}}
        steps:
          - {MADE % "=page"}
        """,
    "workflows/visit.yaml": f"""
        auth: none
        parameters: {{name: text}}
        at_once: {AT_ONCE}
        steps:
          - {{do: call_api, with: {{call: shop.visit, parameters: {{id: =name}}}}}}
          - {MADE % "visit"}
        """,
    "workflows/start.yaml": f"""
        auth: none
        parameters: {{name: text}}
        rate: {RATE} per {RATE_MS // 1000} second
        steps:
          - {MADE % "start"}
        """,
    "workflows/order.yaml": f"""
        auth: none
        parameters: {{name: text}}
        steps:
          - {MADE % "order"}
          - {{do: return_data, with: {{values: {{name: =name, number: =random_text(16)}}}}}}
        """,
    "workflows/pay.yaml": f"""
        auth: none
        parameters: {{name: text}}
        steps:
          - {{do: call_api, with: {{call: shop.visit, parameters: {{id: =name}}}}}}
          - {MADE % "pay"}
          - {{do: return_data, with: {{values: {{name: =name, number: =random_text(16)}}}}}}
        """,
    "workflows/planned.yaml": f"""
        auth: none
        parameters: {{name: text, number: number}}
        steps:
          - {MADE % "planned"}
        """,
    "workflows/plan_replace.yaml": PLAN.replace("MODE", "replace"),
    "workflows/plan_keep.yaml": PLAN.replace("MODE", "keep"),
    "workflows/plan_error.yaml": PLAN.replace("MODE", "error"),
    "workflows/item.yaml": f"""
        auth: none
        parameters: {{name: text}}
        steps:
          - {{do: call_api, only_when: =name.starts_with("slow"), with: {{call: shop.visit, parameters: {{id: =name}}}}}}
          - {MADE % "item"}
        """,
    "workflows/report.yaml": """
        auth: none
        parameters: {total: number, done: number, failed: number}
        steps:
          - {do: create_thing, with: {type: report, set: {total: =total, done: =done, failed: =failed}}}
        """,
    "workflows/batch.yaml": """
        auth: none
        parameters: {names: list of text}
        steps:
          - do: schedule_on_list
            with:
              list: =names
              workflow: item
              parameters: {name: =this}
              on_complete:
                workflow: report
                parameters: {total: =batch.total, done: =batch.done, failed: =batch.failed}
        """,
}
SHOP = "address: {url}\ncalls: {{visit: {{method: POST, parameters: {{id: text}}, json: {{id: =id}}}}}}\n"


class Shop:
    """The other program: who is inside at the same time, how many that were at most, and who came with which key."""

    def __init__(self, api: OtherApi) -> None:
        self.url = api.url
        self.most = 0
        self.keys: dict[str, set[str]] = {}
        self.opens = threading.Event()
        """Who comes is inside until this is set."""
        self._inside: Counter[str] = Counter()
        self._changing = threading.Lock()
        api.answer = self._answer

    @property
    def inside(self) -> list[str]:
        """Whose runs are here now. One that was killed and comes again is one and the same."""
        with self._changing:
            return [name for name, count in self._inside.items() if count]

    def _answer(self, asked: Asked) -> Told:
        name = asked.json["id"]
        with self._changing:
            self._inside[name] += 1
            self.keys.setdefault(name, set()).add(asked.headers["idempotency-key"])
            self.most = max(self.most, sum(count > 0 for count in self._inside.values()))
        self.opens.wait(WAIT_SECONDS)
        with self._changing:
            self._inside[name] -= 1
        return Told(200, {"ok": True})
