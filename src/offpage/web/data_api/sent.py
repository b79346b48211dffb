"""Files of a body: those that came in it, stored before anything is written (the store may be slow, a transaction must not
be), and those whose addresses it gives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from offpage.data.bodies import Given, invalid
from offpage.kernel.errors import InvalidData
from offpage.services.files import Attached
from offpage.values.types import FILE_KINDS
from offpage.web.data_api.visit import Visit
from offpage.web.private_files import private_among
from offpage.web.uploads import SentFile, keep_sent_file, sent_file


async def look_up_files(visit: Visit, all_given: Sequence[Given]) -> None:
    """Find out which of the addresses that bodies give are of private files. An administrator may give any."""
    files = visit.environment.files
    if visit.actor.kind == "admin" or files is None:
        return
    addresses = [file_addresses(visit, given) for given in all_given]
    private = await private_among(files, (one for some in addresses for one in some))
    for given, some in zip(all_given, addresses, strict=True):
        given.private = {one: private[one] for one in some if one in private}


def file_addresses(visit: Visit, given: Given) -> list[str]:
    """The addresses that a body gives for fields that hold files."""
    fields = [one for one in given.names if visit.of.type.fields[one].type.kind in FILE_KINDS]
    return [one for field_id in fields for one in given.addresses(field_id)]


async def keep_sent(visit: Visit, given: Given, thing_id: str) -> None:
    """Store the files of a body, and give their addresses as the values of their fields. Raises InvalidData.

    A private file that does not say of which thing is one of the thing that is written.
    """
    own = Attached(visit.of.type.id, thing_id)
    try:
        for field_id, items in given.files.items():
            field = visit.of.type.fields[field_id]
            try:
                addresses = await _kept(visit, given, items, own)
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


async def _kept(visit: Visit, given: Given, items: list[object], own: Attached) -> list[object]:
    """Addresses, those of stored files included; all are looked at before the first is stored."""
    addresses: list[object] = []
    for item in [sent_file(item, own) if isinstance(item, dict) else item for item in items]:
        if isinstance(item, SentFile):
            given.stored.append(await keep_sent_file(visit.environment, item, visit.actor, own))
            addresses.append(given.stored[-1])
        else:
            addresses.append(item)
    return addresses
