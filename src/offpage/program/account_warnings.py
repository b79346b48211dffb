"""Steps by which a stranger could take over an account: what in them the caller decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from offpage.expr.checker import check
from offpage.expr.free import all_of
from offpage.expr.ir import Call, Choose, Ir, Part, Slot, Source, TextOf
from offpage.expr.scope import Scope
from offpage.expr.template import check_text
from offpage.kernel.address import join
from offpage.model.documents import StepDoc, WorkflowDoc
from offpage.model.node import Scalar
from offpage.model.report import Report
from offpage.program.reading import Reader

LINKS: Final = frozenset(
    {"send_password_reset", "send_magic_link", "send_confirmation_email", "sign_up", "update_credentials"}
)
"""Actions that put a token into a link to their `page`."""

OF_A_USER: Final = frozenset({"assign_temp_password", "change_email"})
"""Actions on the account of the `user` they are given."""

WHOSE: Final = {
    "none": "Anybody may call this workflow (`auth: none`) and decide whose account {} takes over."
    " Write `auth: admin`, or `user: =current_user` with `auth: user`, or check the caller with `only_when`.",
    "user": "Any user who calls this workflow (`auth: user`) may have {} take over an account that is not their own."
    " Write `user: =current_user`, or `auth: admin`, or check the caller with `only_when`.",
}
"""What is said where the caller decides whose account it is, by the workflow's `auth`."""


def warn_of_callers(reader: Reader, doc: WorkflowDoc, scope: Scope) -> None:
    """Say where a caller decides what must not be theirs to decide. `scope` has the parameters, but no results.

    A condition on the workflow or on the step is taken for a check of who calls, and nothing is said.
    """
    if doc.trigger != "api" or doc.auth == "admin" or doc.only_when is not None:
        return
    report = Report(reader.issues)
    for step in _every(doc.steps):
        given = step.props.items if step.props else {}
        address = join(step.address, "with")
        if step.only_when is not None or step.disabled:
            continue
        page, user = given.get("page"), given.get("user")
        if step.do in LINKS and isinstance(page, Scalar) and any(map(_is_given, _begins(_read(page, scope)))):
            message = (
                f"The caller decides where the link of {step.do} leads, and whoever owns that page gets the token in it."
                ' Write the page out, or choose it: `page: =app.url + ("/team" if team else "/reset")`.'
            )
            report.warning(join(address, "page"), page, message)
        if step.do in OF_A_USER and isinstance(user, Scalar):
            ir = _read(user, scope)
            others = step.do == "change_email" and doc.auth == "user" and not _is_own(ir)
            if ir is not None and (others or any(map(_is_given, all_of(ir)))):
                report.warning(join(address, "user"), user, WHOSE[doc.auth].format(step.do))


def _every(steps: tuple[StepDoc, ...]) -> Iterator[StepDoc]:
    for one in steps:
        yield one
        yield from _every(one.steps)
        yield from _every(one.otherwise)


def _read(node: Scalar, scope: Scope) -> Ir | None:
    """What is written, as far as it does not need the results of steps; its mistakes are said elsewhere."""
    if node.text.startswith("="):
        return check(node.text[1:], scope).ir
    return check_text(node.text, scope).ir if "{{" in node.text else None


def _begins(ir: Ir | None) -> Iterator[Ir]:
    """What a text may begin with: that decides where a link leads."""
    match ir:
        case Choose(then=then, otherwise=otherwise):
            yield from _begins(then)
            yield from _begins(otherwise)
        case Call(operands=(first, *_)):
            yield from _begins(first)
        case TextOf(parts=(first, *_)) if not isinstance(first, str):
            yield from _begins(first)
        case Part(base=base):
            yield from _begins(base)
        case Slot() | Source():
            yield ir


def _is_given(ir: Ir) -> bool:
    """Whether this comes from the caller."""
    return isinstance(ir, Slot) or (isinstance(ir, Source) and ir.name == "request")


def _is_own(ir: Ir | None) -> bool:
    """Whether this is the account of whoever calls."""
    return isinstance(ir, Source) and ir.name == "current_user" and not ir.path
