"""How a connector proves who makes its calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from offpage.actions.connecting import Auth, basic
from offpage.expr.ir import Const
from offpage.expr.scope import Scope
from offpage.kernel.address import Address, join
from offpage.kernel.issues import Issue
from offpage.model.node import Keys, Mark, Node
from offpage.program.call_values import Facts, Written, read_written
from offpage.program.reading import Reader
from offpage.services.client_tokens import Client

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "none": (),
    "header": ("name", "value"),
    "query": ("name", "value"),
    "basic": ("user", "password"),
    "bearer": ("token",),
    "oauth2": ("token_url", "client_id", "client_secret"),
}
"""What each kind must say."""

MORE: Final[Mapping[str, tuple[str, ...]]] = {"oauth2": ("scope", "audience", "send")}
SECRET: Final = frozenset({"value", "password", "token", "client_secret"})


def read_auth(
    reader: Reader, found: Mapping[str, Any] | None, node: Node | None, scope: Scope, address: Address
) -> Callable[[Facts], Auth]:
    """What makes the proof when a call is made. What is wrong becomes an issue."""
    if not found or not isinstance(node, Keys) or found["type"] in (None, "none"):
        return lambda facts: Auth()
    kind: str = found["type"]
    _check_keys(reader, kind, node, address)
    written = {
        key: read
        for key in (*NEEDED[kind], *MORE.get(kind, ()))
        if key not in ("name", "send") and found[key] is not None
        if (read := _written(reader, key, found[key], scope, join(address, key))) is not None
    }
    name: str = found["name"]

    def text(facts: Facts, key: str) -> str:
        return written[key](facts) if key in written else ""

    match kind:
        case "header":
            return lambda facts: Auth(headers=((name, text(facts, "value")),))
        case "query":
            return lambda facts: Auth(query=((name, text(facts, "value")),))
        case "basic":
            return lambda facts: Auth(headers=(("Authorization", basic(text(facts, "user"), text(facts, "password"))),))
        case "bearer":
            return lambda facts: Auth(headers=(("Authorization", f"Bearer {text(facts, 'token')}"),))
    in_body = found["send"] == "body"

    def client(facts: Facts) -> Auth:
        return Auth(
            client=Client(
                token_url=text(facts, "token_url"),
                client_id=text(facts, "client_id"),
                client_secret=text(facts, "client_secret"),
                scope=text(facts, "scope"),
                audience=text(facts, "audience"),
                in_body=in_body,
            )
        )

    return client


def _check_keys(reader: Reader, kind: str, node: Keys, address: Address) -> None:
    for key in NEEDED[kind]:
        if key not in node.items:
            reader.wrong(address, node.mark, f"`auth` of type {kind} needs `{key}`. Add it.")
    for key in node.items:
        if key not in ("type", *NEEDED[kind], *MORE.get(kind, ())):
            mark = node.key_marks.get(key, node.mark)
            reader.wrong(join(address, key), mark, f"`{key}` means nothing for `auth` of type {kind}. Remove it.")


def _written(reader: Reader, key: str, node: Node, scope: Scope, address: Address) -> Written | None:
    read = read_written(reader, node, scope, address)
    if read is not None and key in SECRET and isinstance(read.ir, Const) and read.ir.value:
        mark: Mark = node.mark
        message = f"This `{key}` stands in the file for all to read. Put it into .env, and write  {key}: =secret.NAME"
        reader.issues.add(Issue(address, message, mark.file, mark.line, mark.column, severity="warning"))
    return read
