"""Moments on the command line: a time that has passed since (`2h`), or a date, with a time or without, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    OfNumbers = click.ParamType[int]
else:  # before 8.4 it says nothing about what it gives
    OfNumbers = click.ParamType

FORMATS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


class Moment(OfNumbers):
    """A moment, as ms since 1970."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read `2h`, `3 days`, `2026-03-01` or `2026-03-01T08:30`."""
        from offpage.kernel.clock import SystemClock
        from offpage.model.form_reader import span

        if isinstance(value, int):
            return value
        for form in FORMATS:
            try:
                return int(datetime.strptime(value, form).replace(tzinfo=UTC).timestamp() * 1000)
            except ValueError:
                continue
        passed = span(value)
        if not passed:
            said = "Write how long ago, as 2h or '3 days', or when (UTC), as 2026-03-01T08:30."
            self.fail(f"`{value}` is no moment. {said}")
        return max(0, SystemClock().now() - passed)


MOMENT = Moment()
