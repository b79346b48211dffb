"""Addresses: where something stands in an app, such as `workflows/orders/paid/steps/3/with/set/total`.

An address is plain text so that it can travel in JSON, in log lines and in the editor's URL.
"""

Address = str
"""Path of a place in the app folder: document, then keys and list indexes, joined by `/`."""


def join(base: Address, *parts: str | int) -> Address:
    """Return the address of a place below `base`."""
    return "/".join((base, *map(str, parts))) if base else "/".join(map(str, parts))
