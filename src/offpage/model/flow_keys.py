"""Flow control of a workflow: how many of its runs at once, how many in a time, which calls become one."""

from __future__ import annotations

from typing import Final

from offpage.model.form import ChoiceForm, Key, MappingForm, NumberForm, SpanForm, TextForm, ValueForm

_KEY: Final = "What the runs are told apart by, a text such as `=customer.email`; absent = all count together."

STARTED_BY_ITSELF: Final = ("api", "data_change", "recurring")
"""The triggers of workflows that have runs of their own; an event is part of its caller's run."""

AT_ONCE: Final = MappingForm(
    {
        "limit": Key(NumberForm(1, whole=True), "How many runs may go on at the same time.", required=True),
        "key": Key(ValueForm(), _KEY),
    },
    "`at_once`",
    short="limit",
)

RATE: Final = MappingForm(
    {
        "limit": Key(
            TextForm(),
            "How many runs may start within a time, as `100 per minute` or `5 per 10 seconds`.",
            required=True,
        ),
        "key": Key(ValueForm(), _KEY),
    },
    "`rate`",
    short="limit",
)

DEBOUNCE: Final = MappingForm(
    {
        "wait": Key(SpanForm(), "How long nobody may have called before it runs, as `30 seconds`.", required=True),
        "longest": Key(
            SpanForm(),
            "How long after the first call it runs at the latest; ten times `wait` if absent, `forever` for no end.",
        ),
        "key": Key(ValueForm(), _KEY),
    },
    "`debounce`",
    short="wait",
)

FLOW_KEYS: Final = {
    "at_once": Key(AT_ONCE, "How many of its runs may go on at the same time.", only=STARTED_BY_ITSELF),
    "rate": Key(RATE, "How many of its runs may start within a time.", only=STARTED_BY_ITSELF),
    "debounce": Key(
        DEBOUNCE, "Calls that follow one another closely become one run, with the last one's parameters.",
        only=("api", "data_change"),
    ),
    "when_busy": Key(
        ChoiceForm(("queue", "skip", "replace")),
        "What becomes of a run for which `at_once` or `rate` leaves no room: it waits its turn, it does not run, or it"
        " takes the place of the one that waits.",
        "queue",
        only=STARTED_BY_ITSELF,
    ),
    "priority": Key(
        ChoiceForm(("high", "normal", "low")),
        "Which of the runs that are due come first.",
        "normal",
        only=STARTED_BY_ITSELF,
    ),
}  # fmt: skip
"""The keys of a workflow's file that say it."""
