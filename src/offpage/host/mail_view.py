"""Mail that was kept instead of sent, as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from offpage.services.captured import CapturedMail
from offpage.values.kinds.date import iso


def mail_view(one: CapturedMail) -> dict[str, Any]:
    """One mail with all that it says."""
    data = asdict(one) | {
        "at": iso(one.at),
        "from": one.sender,
        "attachments": [{"name": name, "bytes": size} for name, size in one.attachments],
    }
    return {key: value for key, value in data.items() if key != "sender"}
