"""What whoever runs an app does to its accounts, outside any workflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from offpage.accounts import users
from offpage.accounts.passwords import check_policy, hash_password
from offpage.accounts.users import Account
from offpage.data.assignment import Change, Shape
from offpage.data.field_names import is_writable
from offpage.data.frozen import Watched, freeze
from offpage.data.things import Things
from offpage.data.transfer.columns import Columns
from offpage.data.writing import Changed, Told
from offpage.kernel.clock import Clock
from offpage.kernel.errors import InvalidData, NotFound
from offpage.kernel.ids import IdMaker
from offpage.model.documents import PasswordPolicy
from offpage.model.schema import USER
from offpage.store.tx import Database, Tx
from offpage.values.codec import Forms
from offpage.values.email import normal_email


@dataclass(frozen=True, slots=True)
class Administration:
    """The accounts of an app in one environment. Each method is a transaction of its own.

    `told` is told of the users that it creates, and of those whose log-ins it ends, in the same transaction: they start
    workflows as all changes do. `watched`: the types whose changes do.
    """

    database: Database
    things: Things
    forms: Forms
    policy: PasswordPolicy
    clock: Clock
    new_id: IdMaker
    told: Told = lambda tx, changed: None
    watched: Watched = field(default_factory=dict)

    def find(self, user: str) -> Account:
        """The account of a user given by e-mail or id. Raises NotFound."""
        found = self.database.read(lambda tx: users.by_id(tx, user) or users.by_email(tx, users.sensible_email(user)))
        if found is None:
            raise NotFound(f"There is no user {user[:254]}. See them with: offpage users list")
        return found

    def create(self, email: str, password: str | None, fields: Mapping[str, str], *, confirmed: bool = False) -> str:
        """Create a user and return the id; `fields` are values as text.

        Raises EmailTaken, InvalidEmail, WeakPassword, InvalidData, NotUnique.
        """
        values = {"email": normal_email(email), "email_confirmed": confirmed} | self._read(fields)
        # Slow on purpose, so before the transaction.
        password_hash = None if password is None else self._hashed(password)
        of = self.things.schema.types[USER]
        shape = Shape(USER, tuple(Change(of.fields[name], "set") for name in values))

        def segment(tx: Tx) -> str:
            now = self.clock.now()
            given = list(values.values())
            row = users.create_user(
                tx,
                self.things,
                shape,
                given,
                id=self.new_id(now),
                now=now,
                created_by=None,
                password_hash=password_hash,
            )
            self.told(tx, Changed(USER, str(row[0]), None, row, by_admin=True))
            return str(row[0])

        return self.database.write_now(segment)

    def set_password(self, account: Account, password: str, *, temporary: bool = False) -> None:
        """Give a user another password; the user's log-ins end. Raises WeakPassword."""
        password_hash = self._hashed(password)

        def segment(tx: Tx) -> None:
            users.set_password(tx, account.user_id, password_hash, now=self.clock.now(), temporary=temporary)

        self._write(account, segment)

    def disable(self, account: Account) -> None:
        """Let a user log in no more, and end what log-ins there are."""
        self._write(account, lambda tx: users.disable(tx, account.user_id, now=self.clock.now()))

    def enable(self, account: Account) -> None:
        """Let a disabled user log in again."""
        self.database.write_now(lambda tx: users.enable(tx, account.user_id, now=self.clock.now()))

    def _write(self, account: Account, change: Callable[[Tx], None]) -> None:
        """Do something to an account that may end its user's log-ins, and tell of it if it did."""

        def segment(tx: Tx) -> None:
            was = freeze(tx, self.things, USER, [account.user_id], self.watched).get(account.user_id)
            change(tx)
            if was is None:
                return
            after = self.things.get_many(tx, USER, [account.user_id])[account.user_id]
            if after != was.row:
                self.told(tx, Changed(USER, account.user_id, was.row, after, was, by_admin=True))

        self.database.write_now(segment)

    def _hashed(self, password: str) -> str:
        check_policy(self.policy, password)
        return hash_password(password)

    def _read(self, fields: Mapping[str, str]) -> dict[str, object]:
        columns = Columns(self.things.schema.types[USER])
        values: dict[str, object] = {}
        for name, text in fields.items():
            one = columns.find(name)
            if not is_writable(one) or one.id == "email":
                raise InvalidData(f"The field {one.id} is not set this way.")
            values[one.id] = columns.from_cell(one, text, self.forms)
        return values
