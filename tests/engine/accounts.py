"""An app in which users sign up and log in, for tests."""

from __future__ import annotations

USER = """
label: User
fields:
  name: text
privacy:
  self: {when: =this == current_user, find: yes, view: all}
"""

SIGN_UP = """
auth: none
parameters: {email: text, password: text, name: {type: text, optional: yes}}
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
  - {do: return_data, with: {values: {id: =current_user.id, email: =current_user.email, name: =current_user.name}}}
"""

APP = {
    "types/user.yaml": USER,
    "workflows/sign_up.yaml": SIGN_UP,
    "workflows/log_in.yaml": LOG_IN,
    "workflows/log_out.yaml": LOG_OUT,
    "workflows/who.yaml": WHO,
}
"""Users sign up, log in, log out, and ask who they are."""

ADA = {"email": "Ada@Example.com", "password": "correct horse", "name": "Ada"}
"""What Ada signs up with."""
