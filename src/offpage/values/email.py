"""E-mail addresses in the one form in which they are kept and compared."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from offpage.kernel.errors import InvalidEmail

LONGEST: Final = 254
LONGEST_NAME: Final = 64
"""Most characters before the @."""

_NAME: Final = re.compile(r"""[^\s@"(),:;<>\[\]\\]+\Z""")
_PART: Final = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?\Z")
"""One part of a domain, between its dots: letters and digits of any script, hyphens inside."""


def normal_email(text: str) -> str:
    """The address in lower case, without blanks around it, its letters composed (NFC). Raises InvalidEmail.

    Two people cannot have addresses that differ in capitals only. Invisible characters and those that a mail's
    header gives a meaning are refused; whether somebody reads the mail, only a mail can tell.
    """
    address = unicodedata.normalize("NFC", text.strip()[: 2 * LONGEST]).lower()
    name, _, domain = address.rpartition("@")
    parts = domain.split(".")
    if (
        len(address) > LONGEST
        or len(name) > LONGEST_NAME
        or len(parts) < 2
        or not address.isprintable()
        or not _NAME.match(name)
        or not all(map(_PART.match, parts))
    ):
        raise InvalidEmail
    return address
