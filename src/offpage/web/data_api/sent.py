"""Files that came inside a body, stored before anything is written: the store may be slow, a transaction must not be."""

from __future__ import annotations

import asyncio

from offpage.data.bodies import Given, invalid
from offpage.kernel.errors import InvalidData
from offpage.web.data_api.visit import Visit
from offpage.web.uploads import SentFile, keep_sent_file, sent_file


async def keep_sent(visit: Visit, given: Given) -> None:
    """Store the files of a body, and give their addresses as the values of their fields. Raises InvalidData."""
    try:
        for field_id, items in given.files.items():
            field = visit.of.type.fields[field_id]
            try:
                addresses = await _kept(visit, given, items)
            except InvalidData as error:
                raise invalid(visit.of.names.keys[field_id], field.type, error) from error
            given.values[field_id] = addresses if field.type.is_list else addresses[0]
    except BaseException:
        await drop_sent(visit, given)
        raise


async def drop_sent(visit: Visit, given: Given) -> None:
    """Delete the files again that were stored for a write that was refused."""
    files = visit.environment.files
    while given.stored and files is not None:
        await asyncio.to_thread(files.drop, given.stored.pop())


async def _kept(visit: Visit, given: Given, items: list[object]) -> list[object]:
    """Addresses, those of stored files included; all are looked at before the first is stored."""
    addresses: list[object] = []
    for item in [sent_file(item) if isinstance(item, dict) else item for item in items]:
        if isinstance(item, SentFile):
            given.stored.append(await keep_sent_file(visit.environment, item))
            addresses.append(given.stored[-1])
        else:
            addresses.append(item)
    return addresses
