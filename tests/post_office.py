"""A real SMTP server on loopback, for the tests: with TLS, STARTTLS, log-in, and recipients that it refuses."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Literal

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.ports import free_port

HOST = "localhost"
USER, PASSWORD = "shop", "smtp-s3cret"


@dataclass
class Delivered:
    """One mail as it arrived."""

    sender: str
    recipients: list[str]
    mail: EmailMessage
    raw: bytes
    encrypted: bool
    logged_in: bool


@dataclass
class PostOffice:
    """The server and what it got. `refuse` maps a recipient to the server's words."""

    port: int = 0
    security: Literal["none", "starttls", "tls"] = "none"
    refuse: dict[str, str] = field(default_factory=dict)
    answer: str = "250 OK"
    utf8: bool = True
    got: list[Delivered] = field(default_factory=list)
    authority: trustme.CA = field(default_factory=trustme.CA)

    def trust(self) -> ssl.SSLContext:
        """A client's context that trusts this server's certificate."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """What the server can do."""
        session.host_name = hostname
        return responses if self.utf8 else [one for one in responses if "SMTPUTF8" not in one]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """One recipient."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The mail itself."""
        if self.answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.got.append(
                Delivered(
                    str(envelope.mail_from), list(envelope.rcpt_tos), mail, envelope.content,
                    encrypted=self.security == "tls" or session.ssl is not None,
                    logged_in=bool(session.authenticated),
                )
            )  # fmt: skip
        return self.answer


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=right)


@contextmanager
def post_office(security: Literal["none", "starttls", "tls"] = "none", *, log_in: bool = False) -> Iterator[PostOffice]:
    """Run a server while the block lasts."""
    office = PostOffice(security=security)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    office.authority.issue_cert(HOST, "127.0.0.1").configure_cert(context)
    controller = Controller(
        office,
        hostname=HOST,
        port=free_port(),
        ssl_context=context if security == "tls" else None,
        tls_context=context if security == "starttls" else None,
        enable_SMTPUTF8=True,
        require_starttls=security == "starttls",
        authenticator=_authenticate if log_in else None,
        auth_required=log_in and security == "starttls",
        auth_require_tls=security == "starttls",
    )
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop()
