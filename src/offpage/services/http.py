"""Requests to other servers, and their answers: with limits of time, size and number, and redirects followed with care."""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol

from offpage.kernel.errors import OutsideFailed
from offpage.services.reachable import Reachable

if TYPE_CHECKING:
    from httpx2 import URL, AsyncClient, Response

LARGEST: Final = 50 * 1024 * 1024
"""How many bytes a request or an answer may have, unpacked."""

WRITTEN_AT_ONCE: Final = 1024 * 1024
"""How much of an answer waits in memory before it is written into a file."""

MOST_REDIRECTS: Final = 5
MOST_CONNECTIONS: Final = 200
MOST_HOSTS: Final = 1_000
"""For how many hosts is remembered that calls are under way, when there is room for more."""

MOVED: Final = frozenset({301, 302, 303, 307, 308})
ALWAYS_SENT: Final = frozenset({"accept", "accept-encoding", "accept-language", "content-type", "user-agent"})
"""Headers that go along when an answer redirects to somebody else: nobody's secrets."""

_URL: Final = re.compile(r"https?://[^\s\\@/?#\x00-\x1f\x7f]+(?:[/?][^\s\\#\x00-\x1f\x7f]*)?\Z", re.IGNORECASE)
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_NOT_IN_VALUES: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. `at_once`: how many may be under way to its host."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""
    reachable: Reachable = Reachable()
    seconds: float = 30.0
    at_once: int = 10


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """One answer; the names of headers are in lower case, values of one name are joined by commas."""

    status: int
    reason: str
    headers: dict[str, str]
    content: bytes
    encoding: str = "utf-8"


class Http(Protocol):
    """Sends requests."""

    async def send(self, request: HttpRequest, into: BinaryIO | None = None) -> HttpAnswer:
        """Send a request and read the whole answer, whatever its status. Raises OutsideFailed where there is none.

        The content of an answer with a status below 300 is written `into` a file, if one is given, instead of kept
        in memory.
        """
        ...

    async def close(self) -> None:
        """Close the connections that wait for more."""
        ...


class HttpClient:
    """Sends requests over connections that are kept open for the next."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._clients: dict[Reachable, AsyncClient] = {}
        self._turns: dict[tuple[str, int], asyncio.Semaphore] = {}

    async def send(self, request: HttpRequest, into: BinaryIO | None = None) -> HttpAnswer:
        """Send a request, following redirects. Raises OutsideFailed."""
        _check(request)
        async with self._turn(request):
            try:
                async with asyncio.timeout(request.seconds):
                    return await self._followed(request, into)
            except TimeoutError as error:
                said = f"{_host(request.url)} did not answer within {request.seconds:g} s."
                raise _failed("timeout", said, retryable=True) from error

    async def close(self) -> None:
        """Close the connections that wait for more."""
        clients, self._clients = self._clients, {}
        if self._loop is asyncio.get_running_loop():
            for one in clients.values():
                await one.aclose()

    def _turn(self, request: HttpRequest) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:  # connections belong to the loop that they were opened in
            self._loop, self._clients, self._turns = loop, {}, {}
        if len(self._turns) >= MOST_HOSTS:  # addresses that callers give may be of ever new hosts
            self._turns = {key: turns for key, turns in self._turns.items() if turns.locked()}
        key = _host(request.url), request.at_once
        return self._turns.setdefault(key, asyncio.Semaphore(request.at_once))

    async def _followed(self, request: HttpRequest, into: BinaryIO | None) -> HttpAnswer:
        moved: HttpAnswer | None = None
        try:
            for _ in range(MOST_REDIRECTS + 1):
                answer = await self._once(request, into)
                if answer.status not in MOVED or "location" not in answer.headers:
                    return answer
                moved = answer
                request = _redirected(request, answer)
        except OutsideFailed as error:
            if moved is not None:  # somebody had the request before it failed
                error.details.setdefault("answer_status", moved.status)
            raise
        raise _failed("redirects", f"{_host(request.url)} redirects more than {MOST_REDIRECTS} times.")

    async def _once(self, request: HttpRequest, into: BinaryIO | None) -> HttpAnswer:
        import httpcore2
        import httpx2

        from offpage.services.network import NotAllowed

        host = _host(request.url)
        try:
            client = self._client(request.reachable)
            prepared = client.build_request(
                request.method, request.url, headers=_encoded(request.headers), content=request.content or None
            )
            answer = await client.send(prepared, stream=True)
            try:
                return await _read(answer, host, into if answer.status_code < 300 else None)
            finally:
                await answer.aclose()
        except NotAllowed as error:
            said = f"{error.host} is an address inside, and those are not called with an address that a run was given."
            raise _failed(
                "not_allowed", f"{said} What may be reached is said in app.yaml: `outside: {{allow: [{error.host}]}}`."
            )
        except (
            httpx2.InvalidURL,
            httpx2.UnsupportedProtocol,
            httpcore2.UnsupportedProtocol,
            UnicodeError,
            ValueError,
        ) as error:
            raise _failed("address", f"`{_shown(request.url)}` is no address that can be called.") from error
        except (
            httpx2.HTTPError,
            httpcore2.NetworkError,
            httpcore2.TimeoutException,
            httpcore2.ProtocolError,
            OSError,
        ) as error:
            raise _understood(error, host) from error

    def _client(self, reachable: Reachable) -> AsyncClient:
        found = self._clients.get(reachable)
        if found is None:
            # Loaded when an app makes its first call: it takes a while.
            import httpx2

            from offpage import __version__
            from offpage.services.network import CheckedTransport

            found = self._clients[reachable] = httpx2.AsyncClient(
                transport=CheckedTransport(reachable, MOST_CONNECTIONS),
                headers={"user-agent": f"Offpage/{__version__}", "accept": "*/*"},
                follow_redirects=False,
                timeout=None,  # the whole call has one
                trust_env=False,
            )
        return found


async def _read(answer: Response, host: str, into: BinaryIO | None) -> HttpAnswer:
    """The whole answer, while it is not too large."""
    parts: list[bytes] = []
    waiting, left = 0, LARGEST
    async for part in answer.aiter_bytes(64 * 1024):
        left -= len(part)
        if left < 0:
            raise _failed(
                "too_large", f"{host} answered with more than {LARGEST:,} bytes.", answer_status=answer.status_code
            )
        parts.append(part)
        waiting += len(part)
        if into is not None and waiting >= WRITTEN_AT_ONCE:
            await _write(into, b"".join(parts))
            parts, waiting = [], 0
    if into is not None:
        await _write(into, b"".join(parts))
        parts = []
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return HttpAnswer(
        answer.status_code, answer.reason_phrase, headers, b"".join(parts), answer.charset_encoding or "utf-8"
    )


async def _write(into: BinaryIO, content: bytes) -> None:
    try:
        await asyncio.to_thread(into.write, content)
    except OSError as error:  # not the other side's fault
        said = f"The answer could not be written to the disk ({error.strerror}). Make room on it."
        raise _failed("storage", said, retryable=True) from error


def _redirected(request: HttpRequest, answer: HttpAnswer) -> HttpRequest:
    """The request that follows a redirect: to somebody else without what was meant for the first, and looked at anew."""
    import httpx2

    try:
        before, after = httpx2.URL(request.url), httpx2.URL(request.url).join(answer.headers["location"])
    except (httpx2.InvalidURL, ValueError) as error:
        raise _failed("redirects", f"{_host(request.url)} redirects to what is no address.") from error
    same = _origin(before) == _origin(after)
    changed = replace(request, url=str(after.copy_with(fragment=None)))
    if not same:
        kept = tuple(one for one in request.headers if one[0].lower() in ALWAYS_SENT)
        changed = replace(changed, headers=kept, reachable=replace(request.reachable, everything=False))
    if answer.status in (307, 308) and request.content and not same:
        raise _failed(
            "redirects", f"{before.host} redirects a {request.method} with its body to {after.host}. Call that instead."
        )
    if answer.status == 303 or (answer.status in (301, 302) and request.method == "POST"):
        headers = tuple(one for one in changed.headers if not one[0].lower().startswith("content-"))
        changed = replace(changed, method="HEAD" if request.method == "HEAD" else "GET", content=b"", headers=headers)
    _check(changed)
    return changed


def _origin(url: URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _check(request: HttpRequest) -> None:
    """Raise OutsideFailed for a request that could not be sent as it is meant."""
    if not _URL.match(request.url):
        raise _failed(
            "address", f"`{_shown(request.url)}` is no address that can be called. It begins with https:// or http://."
        )
    for name, value in request.headers:
        if not _HEADER.match(name) or _NOT_IN_VALUES.search(value):
            raise _failed("header", f"The header `{name[:100]}` holds a sign that cannot stand in a header.")
    if len(request.content) > LARGEST:
        raise _failed("too_large", f"The request would have more than {LARGEST:,} bytes.")


def _encoded(headers: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("utf-8", "replace")) for name, value in headers]


def _shown(url: str) -> str:
    """An address for people, without its query: that may hold a key."""
    return url.partition("?")[0][:200]


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition("?")[0].lower()


def _understood(error: Exception, host: str) -> OutsideFailed:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _failed("certificate", f"{host} could not be trusted: {cause.verify_message}.")
        if isinstance(cause, OutsideFailed):
            return cause
        cause = cause.__cause__ or cause.__context__
    told = " ".join(str(error).split())[:200] or type(error).__name__
    return _failed("unreachable", f"{host} could not be reached, or stopped answering ({told}).", retryable=True)


def _failed(why: str, sentence: str, *, retryable: bool = False, **details: Any) -> OutsideFailed:
    return OutsideFailed(sentence, why=why, retryable=retryable, **details)
