"""The keys of the files of types/ and options/: data types with their fields and privacy rules, and option sets."""

from __future__ import annotations

from typing import Final

from offpage.model.form import Key, ListForm, MappingForm, NamesForm, PartlyForm, TextForm, ValueForm, YesNoForm

FIELD: Final = MappingForm(
    {
        "type": Key(
            TextForm(),
            "What the field holds: text, number, yes_no, date, …, a data type, an option set, or `list of` one.",
            required=True,
            missing="This field has no `type`; add one, such as `type: text`.",
        ),
        "label": Key(TextForm(), "What people call the field.", ""),
        "default": Key(ValueForm(), "What a new thing has when nothing else is given."),
        "unique": Key(YesNoForm(), "Whether two things can never have the same value here.", False),
        "index": Key(YesNoForm(), "Whether searches on this field are made fast."),
        "note": Key(TextForm(), "A remark for people.", ""),
    },
    "a field",
    short="type",
)

_SEEN = YesNoForm()
RULE: Final = MappingForm(
    {
        "when": Key(
            ValueForm(), "For which things the rule holds, as `=this.owner == current_user`; absent = everyone else."
        ),
        "find": Key(_SEEN, "Whether searches may find the thing.", False),
        "view": Key(ListForm(TextForm()), "Which fields may be seen: `all`, or a list of fields."),
        "files": Key(_SEEN, "Whether attached private files may be opened.", False),
        "create": Key(
            PartlyForm(), "Whether the Data API may create things, or which fields may be given then.", False
        ),
        "modify": Key(PartlyForm(), "Whether the Data API may change the thing, or which of its fields.", False),
        "delete": Key(_SEEN, "Whether the Data API may delete the thing.", False),
        "label": Key(TextForm(), "What people call the rule.", ""),
        "note": Key(TextForm(), "A remark for people.", ""),
    },
    "a privacy rule",
)

TYPE_FILE: Final = MappingForm(
    {
        "label": Key(TextForm(), "What people call the data type.", ""),
        "api": Key(YesNoForm(), "Whether the Data API offers it.", False),
        "fields": Key(NamesForm(FIELD, "field", "field"), "The fields, by id: `id: type` or `id: {type: …}`."),
        "privacy": Key(
            NamesForm(RULE, "privacy rule", "any"), "Who may see what, by the rule's name; no rule = private."
        ),
        "note": Key(TextForm(), "A remark for people.", ""),
    },
    "a data type",
)

OPTION: Final = MappingForm(
    {"label": Key(TextForm(), "What people read.", "")},
    "an option",
    short="label",
    open=True,
)

ATTRIBUTE: Final = MappingForm(
    {
        "type": Key(
            TextForm(), "What the attribute holds.", required=True, missing="This attribute has no `type`; add one."
        ),
        "label": Key(TextForm(), "What people call the attribute.", ""),
    },
    "an attribute",
    short="type",
)

OPTION_SET_FILE: Final = MappingForm(
    {
        "label": Key(TextForm(), "What people call the option set.", ""),
        "attributes": Key(NamesForm(ATTRIBUTE, "attribute", "field"), "What every option has besides its label."),
        "options": Key(NamesForm(OPTION, "option", "field"), "The options by id, in their order."),
        "note": Key(TextForm(), "A remark for people.", ""),
    },
    "an option set",
)
