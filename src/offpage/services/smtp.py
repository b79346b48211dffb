"""Mail over SMTP, as most providers take it: TLS from the start or by STARTTLS, with a log-in."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from offpage.kernel.errors import OutsideFailed
from offpage.services.mail import Message, Sent, as_email

if TYPE_CHECKING:
    from aiosmtplib import SMTP

Security = Literal["starttls", "tls", "none"]

AT_ONCE: Final = 5
"""How many connections to the server may be open."""

SECONDS: Final = 30.0
"""How long the server may take for one answer."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The server for outgoing mail. Without a `user` nobody logs in."""

    host: str
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    security: Security = "starttls"
    seconds: float = SECONDS


class SmtpMail:
    """Sends mail by a server. `trust` says whose certificates count; None: those that the system trusts."""

    def __init__(self, server: SmtpServer, trust: ssl.SSLContext | None = None) -> None:
        self.server = server
        self._trust = trust
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def send(self, message: Message) -> Sent:
        """Send a mail. Raises OutsideFailed; recipients that are refused while others are taken are in what it gives."""
        # Only those who send mail pay for loading this.
        import aiosmtplib

        if message.sender.address.lower().endswith("@localhost"):
            raise _failed(
                "sender", "There is no sender. Say who in app.yaml: `email: {from: Shop <shop@example.com>}`."
            )
        content = await asyncio.to_thread(lambda: as_email(message).as_bytes())
        try:
            async with self._turns, self._connection() as connection:
                options = ["SMTPUTF8", "BODY=8BITMIME"] if message.needs_utf8 else []
                sender, recipients = message.sender.address, message.recipients
                refused, _ = await connection.sendmail(sender, recipients, content, mail_options=options)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _all_refused(error.recipients) from error
        except (aiosmtplib.SMTPException, OSError) as error:  # a TimeoutError is an OSError
            raise self._understood(error) from error
        return Sent(message.id, tuple(refused))

    def _connection(self) -> SMTP:
        import aiosmtplib

        server = self.server
        secure = server.security != "none"
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=(self._trust or ssl.create_default_context()) if secure else None,
            timeout=server.seconds,
        )

    def _understood(self, error: Exception) -> OutsideFailed:
        """What went wrong, and whether it may go right later: the server says so by its code."""
        import aiosmtplib

        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLError):
                return _failed("certificate", f"The mail server {self._where} could not be trusted: {_reason(cause)}.")
            cause = cause.__cause__ or cause.__context__
        match error:
            case aiosmtplib.SMTPNotSupported() if "SMTPUTF8" in str(error):
                return _failed("recipient", "The mail server does not take addresses with letters beyond ASCII.")
            case aiosmtplib.SMTPTimeoutError():
                return _failed("timeout", f"The mail server {self._where} did not answer in time.", retryable=True)
            case aiosmtplib.SMTPConnectError() | aiosmtplib.SMTPServerDisconnected():
                return self._unreachable(error)
            case aiosmtplib.SMTPAuthenticationError():
                again = 400 <= error.code < 500
                said = f"The mail server {self._where} did not accept the log-in ({error.code} {_line(error.message)})."
                return _failed(
                    "log_in", f"{said} Look at OFFPAGE_SMTP_USER and OFFPAGE_SMTP_PASSWORD.", retryable=again
                )
            case aiosmtplib.SMTPResponseException():
                said = f"The mail server refused the mail: {error.code} {_line(error.message)}."
                return _failed("refused", said, retryable=400 <= error.code < 500, answer_status=error.code)
            case OSError():
                return self._unreachable(error)
        return _failed("protocol", f"The mail server {self._where} could not be used: {_line(str(error))}.")

    def _unreachable(self, error: Exception) -> OutsideFailed:
        said = f"The mail server {self._where} could not be reached ({_line(str(error) or type(error).__name__)})."
        return _failed("unreachable", said, retryable=True)

    @property
    def _where(self) -> str:
        return f"{self.server.host}:{self.server.port}"


def _all_refused(each: list[Any]) -> OutsideFailed:
    told = "; ".join(f"{one.recipient}: {one.code} {_line(one.message)}" for one in each[:5])
    again = any(400 <= one.code < 500 for one in each)
    return _failed("recipient", f"The mail server refused every recipient ({told}).", retryable=again)


def _failed(why: str, sentence: str, *, retryable: bool = False, **details: Any) -> OutsideFailed:
    return OutsideFailed(sentence, why=why, retryable=retryable, **details)


def _reason(error: ssl.SSLError) -> str:
    return _line(getattr(error, "verify_message", "") or error.reason or str(error)).rstrip(".")


def _line(text: str) -> str:
    return " ".join(text.split())[:300].rstrip(".")
