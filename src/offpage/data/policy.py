"""Privacy rules as they are after reading: who may do what with the things of a data type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from offpage.expr.ir import Ir, Place

Permission = Literal["find", "files", "create", "modify", "delete"]
"""What a rule may allow, besides showing fields. The last three are for the Data API only."""

PERMISSIONS: Final[tuple[Permission, ...]] = ("find", "files", "create", "modify", "delete")

ALWAYS_SEEN: Final = "id"
"""The one field that no rule hides: whoever names a thing has it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One privacy rule. `condition` is a yes/no over the thing `this`; None holds for everyone and everything.

    `view` is the fields that the rule shows, None for all of them; `text` is the condition as written, and `written`
    its typed tree before what must have a value was put into it (`expr/certainty`). `problem` says what is wrong with
    a rule that holds for nothing because it has an issue.
    Where it allows to create or to modify: `create` and `modify` are the fields that may be given, None for all of them.
    """

    name: str
    condition: Ir | None = None
    text: str = ""
    view: frozenset[str] | None = frozenset()
    allows: frozenset[Permission] = frozenset()
    written: Ir | None = None
    problem: str = ""
    create: frozenset[str] | None = None
    modify: frozenset[str] | None = None

    def shows(self, field_id: str) -> bool:
        """Whether the rule shows a field."""
        return self.view is None or field_id in self.view or field_id == ALWAYS_SEEN

    def fields_of(self, permission: Permission) -> frozenset[str] | None:
        """The fields that a permission of this rule is limited to; None: it is not."""
        return {"create": self.create, "modify": self.modify}.get(permission)

    def words(self, place: Place) -> str:
        """A part of the condition as its maker wrote it."""
        return self.text[slice(*place)].strip()

    @property
    def allows_anything(self) -> bool:
        """Whether the rule allows or shows anything at all."""
        return bool(self.allows) or self.view is None or bool(self.view)


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one data type. What several rules that hold allow adds up; no rule, and nothing is allowed."""

    type_id: str
    rules: tuple[Rule, ...] = ()

    def allowing(self, permission: Permission) -> tuple[int, ...]:
        """Which rules allow something."""
        return tuple(at for at, rule in enumerate(self.rules) if permission in rule.allows)

    def showing(self, field_id: str) -> tuple[int, ...]:
        """Which rules show a field."""
        return tuple(at for at, rule in enumerate(self.rules) if rule.shows(field_id))

    def knowing(self) -> tuple[int, ...]:
        """Which rules let somebody know that there is a thing: they let it be found, or show something of it."""
        shows = (rule.view is None or rule.view - {ALWAYS_SEEN} for rule in self.rules)
        return tuple(at for at, (rule, shown) in enumerate(zip(self.rules, shows, strict=True))
                     if shown or "find" in rule.allows)  # fmt: skip


Policies = Mapping[str, Policy]
"""The policy of every data type, by its id."""
