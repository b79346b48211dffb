"""Access tokens for programs: fetched once by however many ask, until they run out."""

from __future__ import annotations

import asyncio

import pytest

from offpage.kernel.errors import OutsideFailed
from offpage.services.client_tokens import Client, ClientTokens
from offpage.services.http import HttpClient
from tests.other_api import Asked, Told, other_api

pytestmark = [
    pytest.mark.usefixtures("leaves_sockets"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_a_token_is_fetched_once_until_it_runs_out_and_again_when_it_was_refused() -> None:
    now = 0.0
    hidden: list[str] = []
    tokens = ClientTokens(lambda: now)

    async def story(client: Client) -> list[str]:
        nonlocal now
        http = HttpClient()
        several = await asyncio.gather(*(tokens.token(http, client, hidden.append) for _ in range(5)))
        assert len(set(several)) == 1
        now = 65.0
        kept = await tokens.token(http, client, hidden.append)
        now = 75.0  # it lasts 100 s, and is used for 70
        anew = await tokens.token(http, client, hidden.append)
        tokens.forget(client, "another")
        same = await tokens.token(http, client, hidden.append)
        tokens.forget(client, same)
        last = await tokens.token(http, client, hidden.append)
        await http.close()
        return [several[0], kept, anew, same, last]

    def answer(asked: Asked) -> Told:
        assert asked.body == b"grant_type=client_credentials&audience=x&client_id=me&client_secret=p%26w"
        return Told(200, {"access_token": f"t{len(api.asked)}", "expires_in": 100})

    with other_api() as api:
        api.answer = answer
        found = asyncio.run(story(Client(api.url, "me", "p&w", audience="x", in_body=True)))
    assert found == ["t1", "t1", "t2", "t2", "t3"]


@pytest.mark.parametrize(
    ("told", "retryable"),
    [
        (Told(400, {"error": "invalid_client"}), False),
        (Told(503), True),
        (Told(200, {"no": 1}), False),
        (Told(200, b"<"), False),
    ],
)
def test_no_token_is_a_failure_that_says_whether_to_try_again(told: Told, retryable: bool) -> None:
    async def story(client: Client) -> None:
        http = HttpClient()
        try:
            await ClientTokens().token(http, client, lambda text: None)
        finally:
            await http.close()

    with other_api() as api:
        api.answer = lambda asked: told
        with pytest.raises(OutsideFailed) as caught:
            asyncio.run(story(Client(api.url, "me", "pw-secret-1")))
    assert (caught.value.details["why"], caught.value.retryable) == ("token", retryable)
    assert "pw-secret-1" not in caught.value.message
