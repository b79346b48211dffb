"""Passwords typed in a terminal or piped in: never an argument, which other users of the machine could read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def password_input(command: Command) -> Command:
    """The option --password-stdin."""
    return click.option(
        "--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it."
    )(command)


def ask_password(*, from_input: bool) -> str:
    """Ask twice on a terminal, or read the first line of standard input."""
    if from_input or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    found: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return found
