"""A small app with privacy rules, and people who call it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from offpage.accounts.actor import ADMIN, NOBODY, Actor, user
from offpage.engine.calls import Outcome
from tests.engine.conftest import Bench

USER: Final = """
fields: {name: text, company: company, role: text, points: number}
privacy:
  self: {when: =this == current_user, find: yes, view: all}
  colleagues: {when: =this.company == current_user.company, find: yes, view: [name]}
"""

COMPANY: Final = """
fields: {name: text, secret: text}
privacy:
  members: {when: =current_user.company == this, view: [name]}
"""

DEAL: Final = """
fields: {title: text, owner: user, amount: number, stage: stage, tags: list of text, watchers: list of user}
privacy:
  owner: {when: =this.owner == current_user, find: yes, view: all}
  colleagues: {when: =this.owner.company == current_user.company, find: yes, view: [title, owner]}
  watchers: {when: =this.watchers.contains(current_user), view: [title]}
"""

STAGE: Final = "attributes: {weight: number}\noptions: {open: {label: Open, weight: 1}, won: {label: Won, weight: 5}}"

MAKERS: Final = {
    "make_company": (
        "parameters: {name: text}\n"
        "steps:\n"
        "  - {do: create_thing, as: made, with: {type: company, set: {name: =name, secret: hush}}}\n"
        "  - {do: return_data, with: {values: {id: =made.id}}}"
    ),
    "make_user": (
        "parameters: {name: text, company: {type: company, optional: yes}}\n"
        "steps:\n"
        "  - {do: create_thing, as: made, with: {type: user, set: {name: =name, company: =company, points: 7}}}\n"
        "  - {do: return_data, with: {values: {id: =made.id}}}"
    ),
    "make_deal": (
        "parameters: {title: text, owner: {type: user, optional: yes}, amount: number,"
        " watchers: {type: list of user, optional: yes}}\n"
        "steps:\n"
        "  - {do: create_thing, as: made, with: {type: deal, set: {title: =title, owner: =owner, amount: =amount,"
        " stage: won, tags: [a, b], watchers: {add_list: =watchers}}}}\n"
        "  - {do: return_data, with: {values: {id: =made.id}}}"
    ),
}
"""Workflows by which tests make things, as the administrator."""


class People:
    """Two colleagues of one company, and one of another; each owns a deal."""

    def __init__(self, make: Callable[[Mapping[str, str]], Bench], files: Mapping[str, str]) -> None:
        workflows = {f"workflows/{name}.yaml": text for name, text in MAKERS.items()}
        types = {"types/user.yaml": USER, "types/company.yaml": COMPANY, "types/deal.yaml": DEAL}
        self.files = {"options/stage.yaml": STAGE} | types | workflows | dict(files)
        self.bench = make(self.files)
        self.acme, self.evil = (self.made("make_company", name=name) for name in ("Acme", "Evil"))
        self.ann = self.made("make_user", name="Ann", company=self.acme)
        self.bob = self.made("make_user", name="Bob", company=self.acme)
        self.eve = self.made("make_user", name="Eve", company=self.evil)
        self.loner = self.made("make_user", name="Loner")
        self.deal_a = self.made("make_deal", title="A", owner=self.ann, amount=10.0)
        self.deal_b = self.made("make_deal", title="B", owner=self.bob, amount=20.0)
        self.deal_e = self.made("make_deal", title="E", owner=self.eve, amount=40.0, watchers=[self.ann])
        self.deal_none = self.made("make_deal", title="N", amount=80.0)

    def made(self, workflow: str, **parameters: Any) -> str:
        """Make a thing as the administrator; its id."""
        found: str = self.call(ADMIN, workflow, **parameters)["id"]
        return found

    def outcome(self, actor: Actor | str | None, workflow: str, **parameters: Any) -> Outcome:
        """How a workflow ends that a user (by id), nobody (None) or the administrator calls."""
        call = self.bench.api_call(workflow, parameters)
        call.actor = actor if isinstance(actor, Actor) else NOBODY if actor is None else user(actor)
        return asyncio.run(self.bench.engine.call(call))

    def call(self, actor: Actor | str | None, workflow: str, **parameters: Any) -> dict[str, Any]:
        """The values that a workflow answers, without those that are empty."""
        outcome = self.outcome(actor, workflow, **parameters)
        assert outcome.error is None, outcome.error
        return {name: value for name, value in outcome.answer.values.items() if value is not None}


def answering(*, parameters: str = "", first: str = "", **values: str) -> str:
    """The text of a workflow that answers these expressions, after the steps `first`."""
    lines = [f"parameters: {{{parameters}}}", "steps:", *first.splitlines(), "  - do: return_data", "    with:"]
    lines += ["      values:", *(f"        {name}: {json.dumps('=' + text)}" for name, text in values.items())]
    return "\n".join(lines)
