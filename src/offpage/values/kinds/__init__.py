"""One file per kind of value. A file here with constants of class Kind adds those kinds: there is no list to extend.

text      file (image too)   thing      option     json
number    yes_no             date       interval   date_range (number_range too)     address
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Final

from offpage.values.kind import SPOKEN, Kind


def _collect() -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for module in pkgutil.iter_modules(__path__):
        for one in vars(importlib.import_module(f"{__name__}.{module.name}")).values():
            if isinstance(one, Kind):
                found[one.name] = one
                SPOKEN[one.name] = one.words
    return found


KINDS: Final[dict[str, Kind]] = _collect()
"""Every kind by its name."""
