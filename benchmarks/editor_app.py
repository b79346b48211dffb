"""The app that `editor` measures: 300 workflows with 3,000 steps, and a long history of runs."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from offpage.host.app_runner import AppRunner
from offpage.store import runs
from offpage.store.runs import Run
from offpage.store.tx import Tx

WORKFLOWS: Final = 300
TYPES: Final = 20
LARGEST: Final = "w0"
STEPS: Final = 200
"""Of the largest workflow; the others have 2,800 among them."""

BATCH: Final = 2_000

_HEAD: Final = """auth: none
parameters: {{order: {type}, amount: number, title: text}}
only_when: =not order.paid and amount > 0
steps:
"""
_STEPS: Final = (
    """  - do: create_thing
    as: made_{n}
    with: {{type: {type}, set: {{number: "Order {{{{ title }}}}", total: "=amount * {n} + order.total"}}}}
""",
    """  - do: change_thing
    with: {{thing: =order, set: {{paid: yes, total: {{increase: =amount}}}}}}
    only_when: =order.total > {n}
""",
    """  - do: send_email
    with: {{to: "{{{{ order.email }}}}", subject: "Order {{{{ order.number }}}}", body: "{{{{ title }}}} is on its way."}}
""",
    """  - do: schedule_workflow
    with: {{workflow: {next}, at: "=now + days(3)", parameters: {{order: =search({next_type}).first, amount: 1, title: =title}}}}
""",
    """  - do: change_list
    with: {{list: "=search({type}, this.total > {n} and not this.paid)", set: {{paid: yes}}}}
""",
)


def write_app(folder: Path) -> Path:
    """Write the app's files."""
    for kind in ("types", "workflows/sales"):
        (folder / kind).mkdir(parents=True)
    (folder / "app.yaml").write_text("name: Large\n")
    for n in range(TYPES):
        (folder / "types" / f"order_{n}.yaml").write_text(
            "fields: {number: text, email: text, total: number, paid: yes_no, due: date}\n"
            "privacy: {everyone: {find: yes, view: all}}\n"
        )
    for n in range(WORKFLOWS):
        after = (n + 1) % WORKFLOWS
        words = {"type": f"order_{n % TYPES}", "next": f"w{after}", "next_type": f"order_{after % TYPES}"}
        text = _HEAD.format(**words)
        text += "".join(_STEPS[step % len(_STEPS)].format(n=step, **words) for step in range(steps_of(n)))
        (folder / "workflows" / "sales" / f"w{n}.yaml").write_text(text)
    return folder


def steps_of(workflow: int) -> int:
    """How many steps a workflow has: 3,000 in all."""
    if workflow == 0:
        return STEPS
    return 10 if workflow < 110 else 9


def write_runs(runner: AppRunner, count: int) -> None:
    """Put a history of runs into the database, as if they had ended one each second."""
    journal = '[{"step":0,"do":"create_thing","ms":1.2,"state":"done"},{"step":1,"do":"change_thing","ms":0.4,"state":"done"}]'
    now = runner.machine.clock.now()
    definition = runner.program.definition

    def write(tx: Tx, *, first: int) -> None:
        for n in range(first, min(first + BATCH, count)):
            at = now - (count - n) * 1_000
            row = Run(
                id=f"{at}x{n:018}",
                workflow=f"w{n % WORKFLOWS}",
                definition=definition,
                trigger="api",
                state="failed" if n % 100 == 0 else "finished",
                actor='{"kind":"nobody"}',
                user_id=None,
                depth=0,
                parent_id=None,
                due_at=None,
                started_at=at,
                finished_at=at + 3,
                workload=0.6,
                parameters='{"amount":1,"title":"A"}',
                error='{"code":"FAILED","message":"It failed."}' if n % 100 == 0 else None,
                answer=None,
                journal=journal,
                resume=None,
            )
            runs.insert(tx, row)

    for first in range(0, count, BATCH):
        runner.database.write_now(partial(write, first=first))
