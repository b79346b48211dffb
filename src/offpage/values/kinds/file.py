"""Files and images: the address (URL) of the stored file. Uploads are stored before they come here."""

from __future__ import annotations

import re
from typing import Any, Final

from offpage.values.kind import Forms, Kind, same, unreadable
from offpage.values.kinds.text import clean_text
from offpage.values.types import Type

LONGEST: Final = 10_000
"""Most characters of a file's address."""

_ADDRESS: Final = re.compile(r"(?:https?://|//|/)[^\x00-\x1f\x7f]+\Z", re.IGNORECASE)


def _read(raw: Any, of: Type, forms: Forms) -> str:
    """An `http:` or `https:` address, one without its scheme (`//…`, as Bubble has them), or a path of this server."""
    if isinstance(raw, str):
        text = raw.strip()
        if len(text) <= LONGEST and _ADDRESS.match(text):
            return clean_text(text, of)
    raise unreadable(of, "A file is given by its address, such as https://example.com/a.pdf.")


FILE_KIND: Final = Kind("file", "file", _read, _read, same, same, plain=True)
IMAGE_KIND: Final = Kind("image", "image", _read, _read, same, same, plain=True)
