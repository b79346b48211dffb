"""Accounts of the web editor, from outside a server. They stand in the live database, deployed or not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from offpage.accounts.passwords import check_policy, hash_password
from offpage.host.compose import Place
from offpage.host.one_run import beside
from offpage.kernel.clock import SystemClock
from offpage.kernel.errors import InvalidData, NotFound
from offpage.model.documents import PasswordPolicy
from offpage.store import editors
from offpage.store.editors import EditorAccount
from offpage.store.tx import Tx

ROLES: Final = ("view", "operate", "edit")
POLICY: Final = PasswordPolicy(min_length=10)
"""What the password of an editor must be: who has it may change the app."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}\Z")


class EditorAccounts:
    """The accounts of one app's editor."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def create(self, name: str, role: str, password: str) -> None:
        """Make an account. Raises InvalidData, WeakPassword."""
        if not _NAME.match(name):
            raise InvalidData(
                f"`{name[:60]}` cannot be the name of an account: use letters, digits and . _ @ + - (an e-mail address will do)."
            )
        check_policy(POLICY, password)
        account = EditorAccount(name, hash_password(password), role, False, SystemClock().now())
        if not self._write(lambda tx: editors.add(tx, account)):
            raise InvalidData(
                f"There is an account {name} already. Give it another password with: editors set-password"
            )

    def every(self) -> list[EditorAccount]:
        """All accounts."""
        with beside(self._place, "live") as database:
            return database.read(editors.every)

    def set_password(self, name: str, password: str) -> None:
        """Another password; who is in has to log in again. Raises NotFound, WeakPassword."""
        check_policy(POLICY, password)
        password_hash = hash_password(password)
        self._change(name, lambda tx: editors.set_password(tx, name, password_hash))

    def set_role(self, name: str, role: str) -> None:
        """Another role; who is in has to log in again. Raises NotFound."""
        self._change(name, lambda tx: editors.set_role(tx, name, role))

    def set_disabled(self, name: str, disabled: bool) -> None:
        """Let somebody log in no more, or again. Raises NotFound."""
        self._change(name, lambda tx: editors.set_disabled(tx, name, disabled))

    def _change(self, name: str, change: Callable[[Tx], bool]) -> None:
        if not self._write(change):
            raise NotFound(f"There is no editor account {name[:100]}. List them with: offpage editors list")

    def _write(self, change: Callable[[Tx], bool]) -> bool:
        with beside(self._place, "live") as database:
            return database.write_now(change)
