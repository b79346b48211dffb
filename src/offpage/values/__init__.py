"""What a value can be: its type, and its forms in Python, in JSON, in text and in the database.

types      the static type of a value: a kind, what it refers to, whether it is a list
email      e-mail addresses in the one form in which they are compared
shapes     the Python classes of compound values: Interval, Span, Place
kind       what every kind declares, and what conversions need to know (`Forms`)
kinds/     one file per kind: text, number, yes_no, date, …; the registry of kinds
codec      JSON, text and database forms of any type, lists included
decimals calendar text_case text_length keywords distance number_format date_format
           calculations that operators and SQLite's functions share: one meaning, written once

How a value lives in Python, everywhere above this layer:

| type | Python | type | Python |
|---|---|---|---|
| text, file, image | str | date_range, number_range | Span |
| number | float, always finite | interval | Interval |
| yes_no | bool | address | Place |
| date | int: ms since 1970 UTC | json | what JSON decodes to |
| a data type | str: the thing's id | an option set | str: the option's id |
| list of X | list of X's form | empty | None |
"""
