"""`verify` of a workflow, as written → what its deliveries are checked with. What is wrong becomes an issue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from offpage.actions.connecting import SourceOf
from offpage.expr.ir import Const
from offpage.expr.scope import Scope
from offpage.kernel.address import join
from offpage.kernel.issues import Issue
from offpage.model.documents import WorkflowDoc
from offpage.model.inbox_keys import OF_HMAC
from offpage.model.node import Items, Keys, Node, Scalar
from offpage.program.call_values import Facts, Written, read_written
from offpage.program.reading import Reader
from offpage.program.signed import Verify
from offpage.services.signatures import SCHEMES, Hmac, Scheme

FIVE_MINUTES: Final = 300_000
A_DAY: Final = 86_400_000


def read_verify(reader: Reader, doc: WorkflowDoc) -> Verify | None:
    """What the deliveries of a workflow are checked with; None where anybody may send them."""
    found, node = doc.verify, doc.keys.items.get("verify") if doc.keys else None
    if found is None or node is None or found["type"] is None:
        return None
    return _Reading(reader, doc, found, node).verify()


class _Reading:
    """One `verify`, while it is read."""

    def __init__(self, reader: Reader, doc: WorkflowDoc, found: Mapping[str, Any], node: Node) -> None:
        self.reader = reader
        self.address = join(doc.address, "verify")
        self.found = found
        self.node = node
        self.kind: str = found["type"]
        self.scope = Scope(reader.schema, {}, secrets=reader.secrets)

    def verify(self) -> Verify:
        scheme = self._scheme()
        secrets = self._secrets()
        url = self._url()
        tolerance = self._tolerance(scheme)
        forms, dialect = self.reader.forms, self.reader.dialect

        def texts(source: SourceOf, now: int) -> tuple[str, ...]:
            facts = Facts([], source, now, forms, dialect)
            return tuple(text for one in secrets if (text := one(facts)))

        def address(source: SourceOf, now: int) -> str:
            return url(Facts([], source, now, forms, dialect)) if url is not None else ""

        return Verify(scheme, texts, address, tolerance)

    def _scheme(self) -> Scheme:
        given = self.node.items if isinstance(self.node, Keys) else {}
        if self.kind != "hmac":
            for key in OF_HMAC:
                if key in given:
                    self._wrong(key, f"`{key}` is for `type: hmac`; how {self.kind} signs is known. Remove it.")
            return SCHEMES[self.kind]
        found = self.found
        if not found["header"]:
            self._wrong("type", "`type: hmac` needs the name of the header with the signature: add `header:`.")
        for key in ("header", "timestamp"):
            if found[key] and not (found[key].isascii() and found[key].replace("-", "").replace("_", "").isalnum()):
                self._wrong(key, f"`{found[key]}` cannot be the name of a header.")
        signed: str = found["signed"]
        if signed.count("{body}") != 1:
            self._wrong("signed", "`signed` must hold `{body}` once: what is not signed could be changed by anybody.")
        if ("{timestamp}" in signed) != bool(found["timestamp"]):
            message = (
                "`{timestamp}` stands in `signed`, so `timestamp:` must name the header where it is sent."
                if "{timestamp}" in signed
                else "A moment that is not signed proves nothing: add `signed:`, such as `{timestamp}.{body}`."
            )
            self._wrong("timestamp" if found["timestamp"] else "signed", message)
        return Hmac(
            found["header"], found["algorithm"], found["encoding"], found["prefix"], found["timestamp"], signed=signed
        )

    def _secrets(self) -> list[Written]:
        given = self.node.items.get("secret") if isinstance(self.node, Keys) else None
        nodes = given.items if isinstance(given, Items) else () if given is None else (given,)
        nodes = tuple(one for one in nodes if not (isinstance(one, Scalar) and one.value is None))
        if not nodes:
            name = f"{self.kind.upper()}_SECRET"
            hint = f"Write  verify: {{type: {self.kind}, secret: =secret.{name}}}  and put {name}=… into .env."
            self._wrong("secret", f"`verify` needs what {self.kind} signs with. {hint}")
        return [one for node in nodes if (one := self._text("secret", node, secret=True)) is not None]

    def _url(self) -> Written | None:
        given = self.node.items.get("url") if isinstance(self.node, Keys) else None
        if given is None:
            return None
        if self.kind != "twilio":
            self._wrong("url", f"`url` is for `type: twilio`; {self.kind} does not sign the address. Remove it.")
        return self._text("url", given, secret=False)

    def _text(self, key: str, node: Node, *, secret: bool) -> Written | None:
        read = read_written(self.reader, node, self.scope, join(self.address, key))
        if secret and read is not None and isinstance(read.ir, Const):
            if read.ir.value:
                message = "This secret stands in the file for all to read. Put it into .env, and write  =secret.NAME"
                self._warn(key, message)
            else:
                self._wrong(key, "An empty secret proves nothing. Write  =secret.NAME  and put it into .env.")
        return read

    def _tolerance(self, scheme: Scheme) -> int:
        written: int | None = self.found["tolerance"]
        if written is None:
            return FIVE_MINUTES
        if not scheme.is_dated:
            message = f"`tolerance` does nothing here: {self.kind} does not sign the moment. Remove it."
            self._wrong("tolerance", message)
        elif written == 0:
            message = "With `tolerance: forever` whoever has seen a delivery could send it again. Write `5 minutes`."
            self._wrong("tolerance", message)
        elif written > A_DAY:
            message = "Within the tolerance whoever has seen a delivery can send it again. A few minutes are enough."
            self._warn("tolerance", message)
        return written

    def _place(self, key: str) -> Node:
        return self.node.items.get(key, self.node) if isinstance(self.node, Keys) else self.node

    def _wrong(self, key: str, message: str) -> None:
        self.reader.wrong(join(self.address, key), self._place(key).mark, message)

    def _warn(self, key: str, message: str) -> None:
        mark = self._place(key).mark
        self.reader.issues.add(
            Issue(join(self.address, key), message, mark.file, mark.line, mark.column, severity="warning")
        )
