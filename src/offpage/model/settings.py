"""app.yaml → settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from offpage.kernel.errors import InvalidEmail
from offpage.model.documents import (
    AccountSettings,
    ApiSettings,
    AppSettings,
    Limits,
    PasswordPolicy,
    Prices,
    PrivacySettings,
    Retention,
)
from offpage.model.form_reader import read_keys
from offpage.model.keys import APP_FILE
from offpage.model.node import Keys
from offpage.model.report import Report
from offpage.values.mailbox import mailbox
from offpage.values.networks import is_place


def read_settings(keys: Keys, report: Report) -> AppSettings:
    """The settings in app.yaml; what is absent or wrong has its default."""
    found: dict[str, Any] = read_keys(APP_FILE, keys, "app", report)
    sender = (found["email"] or {}).get("from", "")
    _check_sender(sender, keys, report)
    limits = {
        name: float(value) if name.endswith("_seconds") else int(value)
        for name, value in (found["limits"] or {}).items()
    }
    allowed = tuple(one.strip().lower() for one in (found["outside"] or {}).get("allow") or ())
    _check_allowed(allowed, keys, report)
    return AppSettings(
        name=found["name"],
        time_zone=found["time_zone"],
        api=ApiSettings(**(found["api"] or {})),
        limits=Limits(**limits),  # type: ignore[arg-type]  # each of its kind
        retention=_retention(found["retention"] or {}),
        workload=Prices(**{name: float(value) for name, value in (found["workload"] or {}).items()}),
        accounts=_accounts(found["accounts"] or {}),
        privacy=PrivacySettings(**(found["privacy"] or {})),
        email_from=sender,
        on_failure=found["on_failure"],
        outside_allow=allowed,
    )


def _check_allowed(allowed: Sequence[str], keys: Keys, report: Report) -> None:
    """Say of an entry of `outside: allow` that it names nothing."""
    node = keys.items.get("outside")
    for one in allowed:
        if not is_place(one):
            hint = "Write a network (10.1.0.0/16), an address, or a host's name (billing.internal, *.internal)."
            at = node.items["allow"] if isinstance(node, Keys) else keys
            report.error("app/outside/allow", at, f"`{one}` is no network and no host. {hint}")


def _check_sender(sender: str, keys: Keys, report: Report) -> None:
    """Say of a sender that no mail could come from that it is none."""
    node = keys.items.get("email")
    if not sender or not isinstance(node, Keys):
        return
    try:
        mailbox(sender)
    except InvalidEmail as error:
        report.error("app/email/from", node.items["from"], f"{error.message} With a name: Shop <shop@example.com>.")


def _retention(found: dict[str, Any]) -> Retention:
    if not found:
        return Retention()
    return Retention(found["runs"], found["answers"], found["batches"], found["deliveries"])


def _accounts(found: dict[str, Any]) -> AccountSettings:
    if not found:
        return AccountSettings()
    password = found["password"] or {}
    policy = PasswordPolicy(**password | {"min_length": int(password["min_length"])}) if password else PasswordPolicy()
    return AccountSettings(policy, int(found["log_in_attempts"]))
