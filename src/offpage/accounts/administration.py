"""What whoever runs an app does to its accounts, outside any workflow: create one, give one another password."""

from __future__ import annotations

from collections.abc import Mapping

from offpage.accounts import users
from offpage.accounts.passwords import check_policy, hash_password
from offpage.data.assignment import Change, Shape
from offpage.data.field_names import is_writable
from offpage.data.things import Things
from offpage.data.transfer.columns import Columns
from offpage.kernel.clock import Clock
from offpage.kernel.errors import InvalidData, NotFound
from offpage.kernel.ids import IdMaker
from offpage.model.documents import AppSettings, PasswordPolicy
from offpage.model.schema import USER
from offpage.store.tx import Database, Tx
from offpage.values.codec import Forms
from offpage.values.email import normal_email


def create_account(
    database: Database,
    things: Things,
    settings: AppSettings,
    forms: Forms,
    clock: Clock,
    new_id: IdMaker,
    *,
    email: str,
    password: str | None,
    confirmed: bool = False,
    fields: Mapping[str, str] | None = None,
) -> str:
    """Create a user and return the id. `fields` holds values as text. Raises EmailTaken, InvalidEmail, WeakPassword,
    InvalidData, NotUnique.
    """
    of = things.schema.types[USER]
    columns = Columns(of)
    values: dict[str, object] = {"email": normal_email(email), "email_confirmed": confirmed}
    for name, text in (fields or {}).items():
        field = columns.find(name)
        if not is_writable(field) or field.id in values:
            raise InvalidData(f"The field {field.id} is not set this way.")
        values[field.id] = columns.from_cell(field, text, forms)
    password_hash = None
    if password is not None:
        check_policy(settings.accounts.password, password)
        # Slow on purpose, so before the transaction.
        password_hash = hash_password(password)
    shape = Shape(USER, tuple(Change(of.fields[name], "set") for name in values))

    def segment(tx: Tx) -> str:
        now = clock.now()
        row = users.create_user(
            tx, things, shape, list(values.values()), id=new_id(now), now=now, created_by=None,
            password_hash=password_hash,
        )  # fmt: skip
        return str(row[0])

    return database.write_now(segment)


def change_password(
    database: Database, policy: PasswordPolicy, clock: Clock, user_id: str, password: str, *, temporary: bool = False
) -> None:
    """Give a user another password; the user's log-ins end. Raises WeakPassword, NotFound."""
    check_policy(policy, password)
    password_hash = hash_password(password)

    def segment(tx: Tx) -> None:
        if users.by_id(tx, user_id) is None:
            raise NotFound(f"There is no user {user_id} any more.")
        users.set_password(tx, user_id, password_hash, now=clock.now(), temporary=temporary)

    database.write_now(segment)
