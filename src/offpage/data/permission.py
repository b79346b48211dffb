"""Whether somebody may create, change or delete a thing through the Data API, or open its files."""

from __future__ import annotations

from typing import Any

from offpage.data.policy import Permission
from offpage.data.privacy import Privacy
from offpage.services.files import Attached


def may(rt: Any, privacy: Privacy, permission: Permission, type_id: str, thing_id: str) -> bool:
    """Whether the privacy rules allow this to whoever `rt` (an Onlooker) looks for, as the thing is now.

    `create` is asked after the thing was created, in the same transaction, which a no undoes. `modify` is asked
    before and after the change: nobody may change a thing so that they could not change it again.
    """
    if rt.sees_all:
        return True
    guarded = privacy.of(type_id)
    return guarded.allows(permission, guarded.marks(rt, thing_id))


def opens(rt: Any, privacy: Privacy, attached: Attached | None) -> bool:
    """Whether somebody may open a private file, or has uploaded it. None: there is no such file."""
    if attached is None or attached.type_id not in privacy.policies:
        return False
    is_own = bool(attached.user_id) and attached.user_id == rt.current_user
    return is_own or may(rt, privacy, "files", attached.type_id, attached.thing_id)
