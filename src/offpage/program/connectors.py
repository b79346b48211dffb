"""The files of connectors/ → calls that steps can make: addresses, proofs and bodies typed and compiled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from offpage.actions.connecting import Auth, Body, CallRef, Draft, SourceOf
from offpage.actions.kinds import Taken
from offpage.expr.ir import Const
from offpage.expr.scope import Named, Scope
from offpage.kernel.address import Address, join
from offpage.kernel.errors import OutsideFailed
from offpage.model.connector_keys import BODIES, CONNECTOR_FILE
from offpage.model.data_type import parse_type
from offpage.model.documents import App
from offpage.model.form_reader import read_keys
from offpage.model.node import Keys, Mark, Node
from offpage.model.report import Report, did_you_mean
from offpage.program.call_auth import read_auth
from offpage.program.call_values import Facts, Read, Written, pairs, read_tree, read_written, text_pairs
from offpage.program.faults import Uses
from offpage.program.reading import Reader, as_data
from offpage.values.types import JSON, SCALARS, UNKNOWN, Type

SECONDS: Final = 30.0
HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_STATUS: Final = re.compile(r"[1-5]xx\Z|[1-5][0-9][0-9]\Z")
_ADDRESS: Final = re.compile(r"https?://[^\s\\@/?#]+(?:/[^\s\\#]*)?\Z", re.IGNORECASE)
SAFE: Final = ("GET", "HEAD")
"""Methods whose repetition changes nothing."""


def read_connectors(reader: Reader, app: App) -> Mapping[str, CallRef]:
    """Every call of every connector by its name (`stripe.charge`); one with a mistake is there as broken."""
    found: dict[str, CallRef] = {}
    for name, keys in app.connectors.items():
        reader.uses = Uses()
        before = len(reader.issues.errors)
        address = join("connectors", name)
        try:
            calls = _connector(reader, name, keys, address)
        except Exception as error:  # noqa: BLE001 - a mistake of ours costs this connector, not the app
            reader.crash(address, keys.mark, "this connector", error)
            calls = {}
        if len(reader.issues.errors) > before:
            written = keys.items.get("calls")
            names = {*calls, *(written.items if isinstance(written, Keys) else ())}
            calls = {f"{name}.{one.rpartition('.')[2]}": CallRef(one, broken=True, gives=UNKNOWN) for one in names}
        found.update(calls)
    return found


def _connector(reader: Reader, name: str, keys: Keys, address: Address) -> dict[str, CallRef]:
    report = Report(reader.issues)
    found = read_keys(CONNECTOR_FILE, keys, address, report)
    shared = Scope(reader.schema, secrets=reader.secrets)
    base = None
    if found["address"] is not None:
        base = _whole_address(reader, found["address"], shared, join(address, "address"))
    auth = read_auth(reader, found["auth"], keys.items.get("auth"), shared, join(address, "auth"))
    headers = _headers(reader, found["headers"], keys.items.get("headers"), shared, join(address, "headers"))
    nodes = keys.items.get("calls")
    calls: dict[str, CallRef] = {}
    for call, given in (found["calls"] or {}).items():
        node = nodes.items.get(call) if isinstance(nodes, Keys) else None
        place = join(address, "calls", call)
        one = node if isinstance(node, Keys) else Keys({}, {}, node.mark if node else keys.mark)
        reading = _Call(reader, f"{name}.{call}", found, given, one, place)
        reading.misspelt = bool(keys.items.keys() - CONNECTOR_FILE.keys.keys())
        calls[f"{name}.{call}"] = reading.ref(base, auth, headers)
    if not calls:
        message = "This connector has no call. Add one: `calls: {list: {path: /things}}`."
        report.warning(address, keys, message)
    return calls


def _whole_address(reader: Reader, node: Node, scope: Scope, address: Address) -> Written | None:
    """An address with its host; one that is written out is looked at now."""
    read = read_written(reader, node, scope, address)
    if read is not None and isinstance(read.ir, Const) and not _ADDRESS.match(str(read.ir.value or "")):
        message = "This is no address. It begins with https:// or http://, such as https://api.example.com/v1."
        reader.wrong(address, node.mark, message)
    return read


def _headers(
    reader: Reader, found: Mapping[str, Node] | None, node: Node | None, scope: Scope, address: Address
) -> list[tuple[str, Read]]:
    marks = node.key_marks if isinstance(node, Keys) else {}
    for name in found or {}:
        if not HEADER.match(name):
            mark = marks.get(name, Mark())
            reader.wrong(
                join(address, name), mark, f"`{name}` cannot be the name of a header: letters, digits and - only."
            )
    return text_pairs(reader, found, scope, address)


class _Call:
    """One call being read."""

    def __init__(
        self, reader: Reader, name: str, connector: dict[str, Any], given: dict[str, Any], keys: Keys, address: Address
    ) -> None:
        self.reader = reader
        self.name = name
        self.connector = connector
        self.given = given
        self.keys = keys
        self.address = address
        self.parameters = [self._parameter(one, written) for one, written in (given["parameters"] or {}).items()]
        names = {one.name: Named(slot, one.type) for slot, one in enumerate(self.parameters)}
        self.scope = Scope(reader.schema, names, secrets=reader.secrets)
        self.misspelt = False
        """Whether the connector has a key that means nothing: it may be the address."""

    def ref(self, base: Written | None, auth: Callable[[Facts], Auth], shared: list[tuple[str, Read]]) -> CallRef:
        """The call, ready for steps."""
        given, connector = self.given, self.connector
        gives, answers = self._gives()
        sample = as_data(given["sample"]) if given["sample"] is not None else None
        forms = self.reader.forms
        timeout = given["timeout"] or connector["timeout"]
        return CallRef(
            self.name,
            tuple(self.parameters),
            gives,
            sample,
            self._draft(base, auth, shared),
            given["method"],
            answers,  # type: ignore[arg-type]
            self._is_error(),
            self._idempotency_header(),
            timeout / 1000 if timeout else SECONDS,
            int(connector["at_once"]),
            forms,
        )

    def _parameter(self, name: str, written: dict[str, Any]) -> Taken:
        of = parse_type(written["type"] or "", self.reader.schema.types, self.reader.schema.option_sets)
        if of is None and written["type"]:
            known = [*self.reader.schema.types, *self.reader.schema.option_sets, *SCALARS]
            item = written["type"].removeprefix("list ").strip()
            is_list = item in known and item != written["type"]
            hint = f" Write `list of {item}`." if is_list else did_you_mean(written["type"], known)
            self._wrong(("parameters", name), f"There is no type `{written['type']}`.{hint}")
        return Taken(name, of or UNKNOWN, written["optional"])

    def _draft(
        self, base: Written | None, auth: Callable[[Facts], Auth], shared: list[tuple[str, Read]]
    ) -> Callable[[Sequence[Any], SourceOf, int], Draft]:
        given, reader = self.given, self.reader
        url, fixed = self._url(base)
        query = pairs(reader, given["query"], self.scope, join(self.address, "query"))
        headers = _headers(
            reader, given["headers"], self.keys.items.get("headers"), self.scope, join(self.address, "headers")
        )
        own = {name.lower() for name, _ in headers}
        headers = [*((name, read) for name, read in shared if name.lower() not in own), *headers]
        body = self._body()
        forms, dialect = reader.forms, reader.dialect

        def draft(values: Sequence[Any], source: SourceOf, now: int) -> Draft:
            facts = Facts(list(values), source, now, forms, dialect)
            sent = tuple((name, one) for name, read in headers for one in read(facts))
            asked = tuple((name, one) for name, read in query for one in read(facts))
            return Draft(url(facts), fixed, asked, sent, auth(facts), body(facts))

        return draft

    def _url(self, base: Written | None) -> tuple[Callable[[Facts], str], bool]:
        """What makes the address, and whether its host is as the maker wrote it."""
        own, path = self.given["address"], self.given["path"]
        if own is not None:
            base = _whole_address(self.reader, own, self.scope, join(self.address, "address"))
        elif self.connector["address"] is None and not self.misspelt:
            message = "The connector has no address. Add `address: https://api.example.com` at the top of the file."
            self._wrong((), message)
        rest = None
        if path is not None:
            rest = read_written(self.reader, path, self.scope, join(self.address, "path"), encode)
        name = self.name

        def url(facts: Facts) -> str:
            host = (base(facts) if base else "").strip()
            if rest is None:
                return host
            return _joined(name, host, rest(facts))

        return url, base is not None and not base.uses_values

    def _body(self) -> Callable[[Facts], Body]:
        given, reader = self.given, self.reader
        kinds = [kind for kind in BODIES if given[kind] is not None]
        if not kinds:
            return lambda facts: Body()
        kind = kinds[0]
        if len(kinds) > 1:
            self._wrong((kinds[1],), f"A call has one body, and here are `{kind}` and `{kinds[1]}`. Keep one.")
        if self.given["method"] in SAFE:
            self._wrong((kind,), f"A {self.given['method']} has no body. Add `method: POST`, or use `query`.")
        place = join(self.address, kind)
        match kind:
            case "json":
                tree = read_tree(reader, given["json"], self.scope, place)
                return lambda facts: Body("json", tree(facts))
            case "text":
                text = read_written(reader, given["text"], self.scope, place)
                of = given["content_type"]
                return lambda facts: Body("text", text(facts) if text else "", of)
        parts = pairs(reader, given[kind], self.scope, place)
        files = frozenset(name for name, read in parts if read.type is not None and read.type.kind in ("file", "image"))
        multipart = kind == "multipart"

        def several(facts: Facts) -> Body:
            content = tuple((name, one) for name, read in parts for one in read(facts))
            return Body("multipart" if multipart else "form", content, files=files if multipart else frozenset())

        return several

    def _gives(self) -> tuple[Type | None, str]:
        word = self.given["gives"]
        if word == "nothing":
            return None, "any"
        if word == "file":
            return Type("file"), "file"
        if not word:
            return JSON, "value" if self.given["sample"] is not None else "any"
        if word not in SCALARS:
            hint = (
                did_you_mean(word, [*SCALARS, "nothing"]) or " It is json, text, number, yes_no, date, file or nothing."
            )
            self._wrong(("gives",), f"`{word}` is nothing that an answer can be.{hint}")
            return UNKNOWN, "any"
        return Type(word), "value"

    def _is_error(self) -> Callable[[int], bool]:
        own = self.given["errors"] if self.given["errors"] is not None else self.connector["errors"]
        errors = self._statuses("errors", ("4xx", "5xx") if own is None else own)
        fine = self._statuses("accept", self.given["accept"] or ())
        return lambda status: status in errors and status not in fine

    def _statuses(self, key: str, words: Sequence[str]) -> frozenset[int]:
        found: set[int] = set()
        for word in words:
            if _STATUS.match(word):
                first = int(word[0]) * 100
                found.update(range(first, first + 100) if word.endswith("xx") else (int(word),))
            elif word != "none":
                self._wrong((key,), f"`{word}` is no status. Write 404, 4xx, 5xx or none.")
        return frozenset(found)

    def _idempotency_header(self) -> str:
        word = self.given["idempotency_key"]
        if word in ("none", "no", "false"):
            return ""
        if word and not HEADER.match(word):
            self._wrong(("idempotency_key",), f"`{word}` cannot be the name of a header.")
        return word or ("" if self.given["method"] in SAFE else "Idempotency-Key")

    def _wrong(self, place: tuple[str, ...], message: str) -> None:
        mark = self.keys.mark
        if place and (node := self.keys.items.get(place[0])) is not None:
            mark = node.key_marks.get(place[1], node.mark) if isinstance(node, Keys) and place[1:] else node.mark
        self.reader.wrong(join(self.address, *place), mark, message)


def encode(text: str) -> str:
    """A value as one part of a path: nothing in it begins another part."""
    return quote(text, safe="")


def _joined(name: str, base: str, path: str) -> str:
    """The address of a call. Raises OutsideFailed where the path would lead out of its place."""
    whole, _, query = path.partition("?")
    for part in whole.split("/"):
        if part.replace("%2E", ".").replace("%2e", ".") in (".", ".."):
            raise OutsideFailed(f"A part of the path of `{name}` would be `{part}`.", why="address", retryable=False)
    # A path of the maker's own may hold blanks and letters of any script.
    safe = quote(whole.lstrip("/"), safe="/%:@!$&'()*+,;=~-._")
    return f"{base.rstrip('/')}/{safe}{f'?{query}' if query else ''}"
