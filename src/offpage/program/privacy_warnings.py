"""What is allowed in privacy rules, but is hardly what was meant."""

from __future__ import annotations

from collections.abc import Mapping

from offpage.data.field_names import is_writable
from offpage.data.policy import Permission, Policy, Rule
from offpage.expr.ir import Const
from offpage.expr.reachable import needs_empty_equality
from offpage.kernel.address import Address, join
from offpage.model.node import Mark
from offpage.model.report import Report
from offpage.model.schema import USER, DataType


def warn(policy: Policy, of: DataType, report: Report, address: Address, mark: Mark, marks: Mapping[str, Mark]) -> None:
    """Say what looks wrong with the policy of a type; `marks` says where each rule stands."""
    if of.api and not any(rule.allows_anything for rule in policy.rules):
        message = (
            f"The Data API offers {of.id}, but no privacy rule allows anybody anything: only API tokens get something."
            " Add a rule under `privacy`, or remove `api: yes`."
        )
        report.warning(address, mark, message)
    for rule in policy.rules:
        place = join(address, "privacy", rule.name)
        if of.id == USER and rule.view is None and _is_everyone(rule):
            message = (
                f"The rule {rule.name} shows every field of every user to everyone, the e-mail address too."
                " Name the fields that everyone may see: `view: [name]`."
            )
            report.warning(place, marks[rule.name], message)
        _everyone_writes(rule, of, report, place, marks[rule.name])
        _never_holds(rule, report, place, marks[rule.name])
        for permission in ("create", "modify"):
            _fields(rule, permission, of, report, join(place, permission), marks[rule.name])


def _fields(rule: Rule, permission: Permission, of: DataType, report: Report, address: Address, mark: Mark) -> None:
    """Say which fields a permission is limited to in vain, and where it should be limited but is not."""
    if permission not in rule.allows:
        return
    limit = rule.fields_of(permission)
    if limit is None:
        own = any(not field.builtin for field in of.fields.values())
        if of.id == USER and (permission == "modify" or own):
            message = (
                f"The rule {rule.name} lets users {permission} every field over the Data API, also one that says what"
                f" a user may do. Name the fields: `{permission}: [name]`."
            )
            report.warning(address, mark, message)
        return
    for field_id in sorted(limit):
        if not is_writable(of.fields[field_id]):
            report.warning(address, mark, f"The field {field_id} is never written over the Data API; leave it out.")
        elif of.id == USER and field_id == "email" and permission == "modify":
            message = (
                "Over the Data API only API tokens change a user's e-mail; leave `email` out. Users change theirs with"
                " a workflow that has the action update_credentials, which asks for the password, or change_email."
            )
            report.warning(address, mark, message)


def _everyone_writes(rule: Rule, of: DataType, report: Report, place: Address, mark: Mark) -> None:
    """Say that anybody on the internet may write things over the Data API."""
    writes = [one for one in ("create", "modify", "delete") if one in rule.allows]
    if not of.api or not writes or not _is_everyone(rule):
        return
    message = (
        f"The rule {rule.name} lets everyone {' and '.join(writes)} things of {of.id} over the Data API, without logging in."
        " Say who may: `when: =this.created_by == current_user`, or `when: =current_user.is_not_empty`."
    )
    report.warning(place, mark, message)


def _never_holds(rule: Rule, report: Report, place: Address, mark: Mark) -> None:
    """Say that a rule would need empty to be equal to something."""
    if rule.condition is None or rule.written is None:
        return
    at = needs_empty_equality(rule.written, rule.condition)
    if at is None:
        return
    message = (
        f"The rule {rule.name} compares `{rule.words(at)}` where it is empty, and empty is equal to nothing in a rule,"
        " not even to empty. Say what is meant with .is_empty or .is_not_empty."
    )
    report.warning(join(place, "when"), mark, message)


def _is_everyone(rule: Rule) -> bool:
    return rule.condition is None or (isinstance(rule.condition, Const) and rule.condition.value is True)
