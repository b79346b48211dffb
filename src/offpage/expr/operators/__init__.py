"""The operators, one file per subject; a file that stands here is in the catalogue.

equality comparison logic shared   what every type has
arithmetic number rounding         numbers
text text_parts keywords patterns encodings conversions   text
date calendar date_parts interval  moments and lengths of time
span address file                  ranges, places, files
items sets aggregates each grouping   lists
json_parts makers                  json values; makers of values from nothing
"""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
