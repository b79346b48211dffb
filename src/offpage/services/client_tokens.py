"""Access tokens of OAuth 2 for a program (client credentials): fetched once, used until they run out."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote_plus, urlencode

import msgspec

from offpage.kernel.errors import OutsideFailed
from offpage.services.http import Http, HttpRequest
from offpage.services.reachable import Reachable

MARGIN_SECONDS: Final = 30.0
"""How long before its end a token is not used any more."""

WITHOUT_END_SECONDS: Final = 3_600.0
"""How long a token is used whose server does not say how long it lasts."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks for a token, where and for what."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    audience: str = ""
    in_body: bool = False
    """Whether the credentials stand in the body instead of a header."""


class ClientTokens:
    """The tokens of one environment, in memory."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = monotonic
        self._held: dict[Client, tuple[str, float]] = {}
        self._fetching: dict[Client, asyncio.Task[str]] = {}

    async def token(self, http: Http, client: Client, hide: Callable[[str], None]) -> str:
        """A token that can be used now. Raises OutsideFailed. Whoever asks at the same time gets the same one.

        `hide` is told what no record may show, before it is sent.
        """
        held = self._held.get(client)
        if held is not None and held[1] > self._clock():
            return held[0]
        task = self._fetching.get(client)
        if task is None or task.done():
            task = self._fetching[client] = asyncio.create_task(self._fetch(http, client, hide))
        try:
            return await asyncio.shield(task)
        finally:
            if task.done():
                self._fetching.pop(client, None)

    def forget(self, client: Client, token: str) -> None:
        """Do not use a token any more that was refused."""
        if self._held.get(client, ("", 0.0))[0] == token:
            del self._held[client]

    async def _fetch(self, http: Http, client: Client, hide: Callable[[str], None]) -> str:
        form = {"grant_type": "client_credentials", "scope": client.scope, "audience": client.audience}
        headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
        if client.in_body:
            form |= {"client_id": client.client_id, "client_secret": client.client_secret}
        else:
            pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
            encoded = base64.b64encode(pair.encode()).decode()
            hide(encoded)
            headers.append(("Authorization", f"Basic {encoded}"))
        content = urlencode({name: value for name, value in form.items() if value}).encode()
        # Its address is the maker's own.
        request = HttpRequest("POST", client.token_url, tuple(headers), content, Reachable(everything=True))
        answer = await http.send(request)
        try:
            found = msgspec.json.decode(answer.content) if answer.status == 200 else {}
        except msgspec.DecodeError:
            found = {}
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token:
            said = f"{client.token_url} gave no access token (status {answer.status})."
            retryable = answer.status >= 500 or answer.status == 429
            raise OutsideFailed(said, why="token", retryable=retryable, answer_status=answer.status)
        lasts = found.get("expires_in")
        seconds = float(lasts) if isinstance(lasts, int | float) else WITHOUT_END_SECONDS
        self._held[client] = token, self._clock() + max(0.0, seconds - MARGIN_SECONDS)
        return token
