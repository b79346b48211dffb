"""Jobs that workflows work on, and a workflow that schedules itself: what the tests of batches and of several processes share."""

from __future__ import annotations

from typing import Final

FAILS_EVERY: Final = 100

JOBS: Final = {
    "app.yaml": "name: Chaos\nlimits: {recursion_depth: 0}\n",
    "types/job.yaml": "fields:\n  number: number\n  times: {type: number, default: 0}\n  code: {type: text, unique: yes}\n",
    "types/tick.yaml": "fields:\n  number: number\n",
    # The second step of an item that fails asks for a code that another job has; the first is undone with it.
    "workflows/work.yaml": f"""
        auth: none
        ignore_privacy: yes
        parameters: {{job: job}}
        steps:
          - {{do: change_thing, with: {{thing: =job, set: {{times: {{increase: 1}}}}}}}}
          - {{do: change_thing, only_when: =job.number % {FAILS_EVERY} == 0, with: {{thing: =job, set: {{code: taken}}}}}}
        """,
    "workflows/tick.yaml": """
        auth: none
        parameters: {number: number}
        steps:
          - {do: create_thing, with: {type: tick, set: {number: =number}}}
          - {do: schedule_workflow, only_when: =number > 1, with: {workflow: tick, parameters: {number: =number - 1}}}
        """,
}
