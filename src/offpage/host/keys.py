"""The installation's key for a database: found, made once, and known again by the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from offpage.kernel.errors import AppError
from offpage.services.key_file import NAME, VARIABLE, find_key, given_key, make_key
from offpage.services.sealing import Sealing, is_sealed, own_sealing
from offpage.store import settings
from offpage.store.tx import Database, Tx

if TYPE_CHECKING:
    from offpage.host.compose import Place

CHECK: Final = "key_check"
OWN: Final = ("fingerprint_key", "file_key")
"""The keys for other purposes: fingerprints of bodies with an Idempotency-Key, ids of files that steps save and links to them."""


def sealing_of(place: Place, database: Database) -> Sealing:
    """What seals in a database. Raises AppError where it knows another key, or knows one that is not there.

    A key that is made is on disk before the database hears of it.
    """
    known = database.read(lambda tx: settings.get(tx, CHECK))
    sealing = Sealing(_key(place, is_known=known is not None))
    if known is None:
        known = database.write_now(lambda tx: settings.first(tx, CHECK, sealing.check))
    if known != sealing.check:
        raise AppError(
            f"This database was used with another key than the one in {_where(place)}. Put the right one there (servers"
            f" that share a database need the same: copy it, or set {VARIABLE} for each). {_LOST}"
        )
    return sealing


def onlooker_sealing(place: Place) -> Sealing:
    """What opens with the key there is; for commands that only look, and can do so without one. Raises AppError."""
    key = given_key(place.key) if place.key else find_key(place.data)
    return own_sealing() if key is None else Sealing(key)


def own_key(database: Database, sealing: Sealing, environment: str, name: str) -> bytes:
    """The key for one of the purposes in `OWN`: what is made with it outlives a restart.

    Each environment has its own: what development signs is worth nothing in live.

    Former versions kept a random one in the database as it is: it stays in use, but sealed.
    """
    kept = database.read(lambda tx: settings.get(tx, name))
    if kept is None:
        return sealing.derived(f"{environment} {name}")
    if not is_sealed(kept):
        former = kept
        database.write_now(lambda tx: settings.put(tx, name, sealing.seal(former)))
    return bytes.fromhex(sealing.open(kept))


def forget_key(tx: Tx) -> bool:
    """Let a database take another key from now on; whether it knew one. What is sealed cannot be opened any more."""
    for name in OWN:
        settings.drop(tx, name)
    return settings.drop(tx, CHECK)


_LOST: Final = "If that key is lost: offpage forget-key"


def _key(place: Place, *, is_known: bool) -> bytes:
    if place.key:
        return given_key(place.key)
    found = find_key(place.data)
    if found is None and is_known:
        raise AppError(
            f"This database was used with a key, and there is none in {_where(place)}. Put it back there, or set"
            f" {VARIABLE}. {_LOST}"
        )
    return make_key(place.data) if found is None else found


def _where(place: Place) -> str:
    return VARIABLE if place.key else str(place.data / NAME)
