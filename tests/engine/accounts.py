"""An app in which users sign up and log in, for tests: a workflow for each action of accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.site import Served

USER = """
label: User
fields:
  name: text
privacy:
  self: {when: =this == current_user, find: yes, view: all}
"""

SIGN_UP = """
auth: none
parameters:
  email: text
  password: text
  again: {type: text, optional: yes}
  name: {type: text, optional: yes}
steps:
  - {do: sign_up, as: member, with: {email: =email, password: =password, set: {name: =name}}}
"""

LOG_IN = """
auth: none
parameters: {email: text, password: text, stay: {type: yes_no, optional: yes}}
steps:
  - {do: log_in, with: {email: =email, password: =password, stay_logged_in: =stay}}
"""

LOG_OUT = """
steps:
  - {do: log_out}
"""

WHO = """
auth: none
steps:
  - do: return_data
    with:
      values:
        id: =current_user.id
        email: =current_user.email
        name: =current_user.name
        confirmed: =current_user.email_confirmed
        logged_in: =current_user.logged_in
"""

APP = {
    "types/user.yaml": USER,
    "workflows/sign_up.yaml": SIGN_UP,
    "workflows/log_in.yaml": LOG_IN,
    "workflows/log_out.yaml": LOG_OUT,
    "workflows/who.yaml": WHO,
}
"""Users sign up, log in, log out, and ask who they are."""

CREDENTIALS = {
    "workflows/change.yaml": """
        parameters:
          old: text
          email: {type: text, optional: yes}
          new: {type: text, optional: yes}
        steps:
          - {do: update_credentials, with: {old_password: =old, email: =email, password: =new}}
        """,
    "workflows/check.yaml": """
        parameters: {password: text}
        steps:
          - {do: check_password, with: {password: =password}}
          - {do: return_data, with: {values: {right: yes}}}
        """,
    "workflows/others.yaml": """
        steps:
          - {do: log_out_others, as: ended}
          - {do: return_data, with: {values: {ended: =ended}}}
        """,
}
"""What a user who is logged in may change."""

ADMIN = {
    "workflows/create.yaml": """
        auth: admin
        parameters: {email: text, name: {type: text, optional: yes}, existing: {type: yes_no, optional: yes}}
        steps:
          - do: create_account
            as: made
            with: {email: =email, set: {name: =name}, return_if_exists: =existing}
          - {do: return_data, with: {values: {id: =made.id, me: =current_user.id}}}
        """,
    "workflows/temp.yaml": """
        auth: admin
        parameters: {who: user}
        steps:
          - {do: assign_temp_password, as: made, with: {user: =who}}
          - {do: return_data, with: {values: {password: =made}}}
        """,
    "workflows/move.yaml": """
        auth: admin
        parameters: {who: user, email: text}
        steps:
          - {do: change_email, with: {user: =who, email: =email}}
        """,
}
"""What an administrator does to users."""

LINKS = {
    "workflows/forgot.yaml": """
        auth: none
        parameters: {email: text, token: {type: yes_no, optional: yes}}
        steps:
          - do: send_password_reset
            as: made
            with: {email: =email, just_make_token: =token, subject: New password, body: Here you are.}
          - {do: return_data, with: {values: {token: =made}}}
        """,
    "workflows/reset.yaml": """
        auth: none
        parameters: {token: text, password: text, again: text}
        steps:
          - {do: reset_password, with: {token: =token, password: =password, confirmation: =again}}
        """,
    "workflows/magic.yaml": """
        auth: none
        parameters: {email: text, hours: {type: number, optional: yes}, link: {type: yes_no, optional: yes}}
        steps:
          - do: send_magic_link
            as: made
            with:
              email: =email
              hours: =hours
              just_create_link: =link
              page: https://shop.test/enter?from=mail
              parameters: {next: /cart}
          - {do: return_data, with: {values: {link: =made}}}
        """,
    "workflows/enter.yaml": """
        auth: none
        parameters: {token: text}
        steps:
          - {do: log_in_with_magic_link, with: {token: =token}}
        """,
    "workflows/ask.yaml": """
        parameters: {token: {type: yes_no, optional: yes}}
        steps:
          - {do: send_confirmation_email, as: made, with: {page: /welcome, just_make_token: =token}}
          - {do: return_data, with: {values: {token: =made}}}
        """,
    "workflows/confirm.yaml": """
        auth: none
        parameters: {token: text}
        steps:
          - {do: confirm_email, with: {token: =token}}
        """,
}
"""What links do that are mailed."""

ADA: dict[str, Any] = {"email": "Ada@Example.com", "password": "correct horse", "name": "Ada"}
"""What Ada signs up with."""


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"authorization": f"Bearer {token}"}


async def sign_up(app: Served, **changed: Any) -> dict[str, Any]:
    """Sign Ada up and return what the answer has for her: token, user_id, expires."""
    seen = await app.post("sign_up", ADA | changed)
    assert seen.status == 200, seen.body
    found: dict[str, Any] = seen.json["response"]
    return found


async def log_in(app: Served, password: str = ADA["password"], email: str = "ada@example.com", **more: Any) -> Any:
    """Try to log in and return the answer's JSON."""
    return (await app.post("log_in", {"email": email, "password": password, **more})).json


async def who(app: Served, token: str) -> Any:
    """What the holder of a token sees of the current user; None if the token is not valid."""
    seen = await app.post("who", {}, headers=bearer(token))
    return None if seen.status == 401 else seen.json["response"]


def mails(folder: Path) -> list[str]:
    """The mails that an app has sent, oldest first, as they stand in their files."""
    return [one.read_text("utf-8") for one in sorted((folder / ".offpage/mail/development").glob("*.eml"))]
