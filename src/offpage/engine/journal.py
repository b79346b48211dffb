"""What each step of a run did, as data: the trace that people see, the log, and the checkpoint.

One entry for each step: `step` (index), `do`, `state` (done, skipped, failed), `at` (ms since the run's first
step), `ms`, `condition`, `inputs`, `result`, `workload`, `error`. What does not apply is left out.
"""

from __future__ import annotations

from typing import Any

Entry = dict[str, Any]
