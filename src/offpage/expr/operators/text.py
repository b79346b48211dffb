"""Texts: joining, cases, lengths, looking for a part."""

from __future__ import annotations

from typing import Final

from offpage.expr.operator import Form, operator
from offpage.sql import terms
from offpage.values.text_case import BLANKS, capitalized, lowercase, uppercase
from offpage.values.text_length import joined
from offpage.values.types import NUMBER, TEXT, YES_NO

_JOINING: Final[tuple[tuple[Form, str], ...]] = (("symbol", "+"), ("method", "append"))
for _form, _name in _JOINING:
    operator(
        _name,
        TEXT,
        other=TEXT,
        gives=TEXT,
        form=_form,
        doc="The one text followed by the other.",
        py=joined,
        sql=lambda d, of, other: d.joined(of, other),
    )

operator(
    "contains",
    TEXT,
    part=TEXT,
    gives=YES_NO,
    doc="Whether the second text appears in the first, capitals and small letters told apart.",
    py=lambda of, part: part in of,
    sql=lambda d, of, part: d.within(part, of),
)
operator(
    "not_contains",
    TEXT,
    part=TEXT,
    gives=YES_NO,
    doc="Whether the second text does not appear in the first.",
    py=lambda of, part: part not in of,
    sql=lambda d, of, part: terms.is_no(d.within(part, of)),
)
operator(
    "starts_with",
    TEXT,
    part=TEXT,
    gives=YES_NO,
    doc="Whether the text begins with the other.",
    py=str.startswith,
    sql=lambda d, of, part: d.begins(of, part),
)
operator(
    "ends_with",
    TEXT,
    part=TEXT,
    gives=YES_NO,
    doc="Whether the text ends with the other.",
    py=str.endswith,
    sql=lambda d, of, part: d.ends(of, part),
)
operator(
    "uppercase",
    TEXT,
    gives=TEXT,
    doc="All letters as capitals.",
    py=uppercase,
    sql=lambda d, of: d.uppercase(of),
)
operator(
    "lowercase",
    TEXT,
    gives=TEXT,
    doc="All letters as small ones.",
    py=lowercase,
    sql=lambda d, of: d.lowercase(of),
)
operator(
    "capitalized",
    TEXT,
    gives=TEXT,
    doc="The first letter of each word as a capital; the rest stays.",
    py=capitalized,
)
operator(
    "trimmed",
    TEXT,
    gives=TEXT,
    doc="Without the blanks, tabs and line ends around it.",
    py=lambda of: of.strip(BLANKS),
    sql=lambda d, of: d.trimmed(of, BLANKS),
)
operator(
    "length",
    TEXT,
    gives=NUMBER,
    doc="The number of characters.",
    py=lambda of: float(len(of)),
    sql=lambda d, of: terms.length(of),
)
