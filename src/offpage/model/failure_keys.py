"""What a step says of its own failure: how often it is tried again, and when."""

from __future__ import annotations

from typing import Final

from offpage.model.form import ChoiceForm, Key, ListForm, MappingForm, NumberForm, SpanForm, TextForm, ValueForm

RETRY: Final = MappingForm(
    {
        "attempts": Key(NumberForm(1, whole=True), "How often the step is tried in all, the first time included.", 5),
        "first": Key(SpanForm(), "About how long it waits before the second attempt, as `1s`.", 1_000),
        "factor": Key(NumberForm(1), "How many times longer each wait is than the one before.", 2),
        "longest": Key(
            SpanForm(), "The longest wait, as `5m`. Where the other side asks for a longer one, that counts.", 300_000
        ),
        "statuses": Key(
            ListForm(TextForm()),
            "Which statuses are tried again: `5xx`, single ones. Left out: those that say it may work later.",
        ),
    },
    "`retry`",
    short="attempts",
)

ON_ERROR: Final = MappingForm(
    {
        "run": Key(ValueForm(), "The workflow that is told of the failure.", required=True),
        "then": Key(ChoiceForm(("stop", "continue")), "Whether this run stops or goes on.", "stop"),
    },
    "`on_error`",
)

ON_FAILURE: Final = Key(
    ValueForm(),
    "The workflow that runs when a run has failed; it may ask what failed, and why.",
    label="Workflow that runs after a failure",
)
