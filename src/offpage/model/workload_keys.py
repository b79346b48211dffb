"""The keys under `workload` in app.yaml: what activities count."""

from __future__ import annotations

from typing import Final

from offpage.model.documents import Prices
from offpage.model.form import Key, MappingForm, NumberForm

_PRICES: Final = Prices()

WORKLOAD: Final = Key(
    MappingForm(
        {
            "action": Key(NumberForm(), "A step that is done.", _PRICES.action),
            "search": Key(NumberForm(), "A search that gives things.", _PRICES.search),
            "aggregate": Key(
                NumberForm(),
                "A search that gives a figure: how many, the sum, whether there is one.",
                _PRICES.aggregate,
            ),
            "thing_read": Key(NumberForm(), "Each thing that is found, or looked up by its id.", _PRICES.thing_read),
            "character_read": Key(
                NumberForm(), "Each character of the texts in what is found or looked up.", _PRICES.character_read
            ),
            "thing_written": Key(NumberForm(), "Each thing created or changed.", _PRICES.thing_written),
            "thing_deleted": Key(NumberForm(), "Each thing deleted.", _PRICES.thing_deleted),
            "trigger": Key(NumberForm(), "Looking whether a change of data concerns a workflow.", _PRICES.trigger),
            "request": Key(NumberForm(), "A request to the Workflow API or the Data API.", _PRICES.request),
            "outside_call": Key(NumberForm(), "A call of another program, besides its step.", _PRICES.outside_call),
            "byte": Key(
                NumberForm(), "Each byte of the bodies of requests and answers, to the app and from it.", _PRICES.byte
            ),
            "schedule": Key(NumberForm(), "A run that is scheduled, besides its step.", _PRICES.schedule),
        },
        "`workload`",
    ),
    "What activities count as workload, in units.",
)
