"""Files that came inside a body, stored before anything is written: the store may be slow, a transaction must not be."""

from __future__ import annotations

from offpage.data.bodies import Given, invalid
from offpage.kernel.errors import InvalidData
from offpage.web.data_api.visit import Visit
from offpage.web.uploads import SentFile, keep_sent_file, sent_file


async def keep_sent(visit: Visit, given: Given) -> None:
    """Store the files of a body, and give their addresses as the values of their fields. Raises InvalidData."""
    for field_id, items in given.files.items():
        field = visit.of.type.fields[field_id]
        try:
            # All are looked at before the first is stored.
            sent = [sent_file(item) if isinstance(item, dict) else item for item in items]
            addresses = [
                await keep_sent_file(visit.environment, item) if isinstance(item, SentFile) else item for item in sent
            ]
        except InvalidData as error:
            raise invalid(visit.of.names.keys[field_id], field.type, error) from error
        given.values[field_id] = addresses if field.type.is_list else addresses[0]
