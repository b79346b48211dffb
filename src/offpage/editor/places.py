"""The address of an issue or of a step → the path in its file: keys and indexes, as edits have them."""

from __future__ import annotations

from offpage.editor.shapes import PathOf
from offpage.kernel.address import Address
from offpage.model.node import Items, Keys, Node
from offpage.model.parsed import address_of
from offpage.model.reader import SETTINGS


def path_in(root: Node | None, file: str, address: Address) -> PathOf:
    """The path of an address in a file; as far as it leads. A key may itself hold a slash."""
    base = "app" if file == SETTINGS else address_of(file)
    if address != base and not address.startswith(base + "/"):
        return []
    parts = address[len(base) + 1 :].split("/") if address != base else []
    found: PathOf = []
    node = root
    while parts:
        count = 1
        if isinstance(node, Keys):
            known = [end for end in range(1, len(parts) + 1) if "/".join(parts[:end]) in node.items]
            count = known[0] if known else 1
        name, parts = "/".join(parts[:count]), parts[count:]
        if isinstance(node, Items) and name.isdigit():
            found.append(int(name))
            node = node.items[int(name)] if int(name) < len(node.items) else None
        else:
            found.append(name)
            node = node.items.get(name) if isinstance(node, Keys) else None
    return found
