"""The operators, one file per subject; a file that stands here is in the catalogue.

equality comparison logic emptiness shared  what every type has
arithmetic number                         numbers
text text_parts search patterns encodings   texts and files
conversions                               text and json turned into other types
date date_parts interval span             moments, lengths of time, ranges
address                                   places
items sets aggregates each grouping       lists
makers                                    values out of nothing
"""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
