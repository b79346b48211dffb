"""What the editor keeps in a workflow's file, and nothing else looks at."""

from __future__ import annotations

from typing import Final

from offpage.model.form import ChoiceForm, Key, MappingForm, NamesForm, TextForm, ValueForm

COLORS: Final = ("gray", "blue", "red", "green", "orange", "purple", "cyan", "brown")
"""What a workflow may be marked with, for people."""

EXAMPLE: Final = MappingForm(
    {
        "parameters": Key(ValueForm(), "The parameters as JSON values, by name."),
        "note": Key(TextForm(), "A remark for people.", ""),
    },
    "an example",
)

EDITOR_KEYS: Final = {
    "color": Key(ChoiceForm(COLORS), "How the editor marks it."),
    "examples": Key(
        NamesForm(EXAMPLE, "example", "any"), "Parameters to try it with in the editor, by the example's name."
    ),
}
"""The keys of a workflow's file."""
