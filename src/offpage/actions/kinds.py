"""The kinds of properties: what a maker may write there, and what the running action gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, NamedTuple, TypeVar

from offpage.actions.scheduling import Completion, ItemArguments, Listed
from offpage.data.assignment import Assignments
from offpage.model.schema import USER
from offpage.values.types import DATE, NUMBER, TEXT, YES_NO, Type, thing

T = TypeVar("T")


@dataclass(frozen=True)  # no slots: with them Python 3.11 cannot make a Kind[X](…)
class Kind(Generic[T]):
    """A kind of property.

    `form` says how it is read: `expression` (of `type`, or of any type when that is None), `thing`, `things`,
    `data_type`, `assignments`, `assignments_each` (evaluated for every item of the list `of` names),
    `some` (a value of `type`, or a list of them: a list for the action), `html` (a text, whose holes are escaped),
    `user_fields` (assignments of a user, with a last one for the e-mail, which the action fills in), `values` (names to
    expressions), `word` (one of `words`), `workflow` (one whose trigger is among `words`), `arguments` (what the
    workflow or call `of` names is given), `call` (a call of a connector).
    """

    form: str
    words_for_people: str
    type: Type | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Typed:
    """A value together with its static type, for properties that take any type."""

    type: Type
    value: Any


class ThingRef(NamedTuple):
    """One thing: the id of its data type and its own."""

    type_id: str
    id: str


class ThingRefs(NamedTuple):
    """Things of one data type."""

    type_id: str
    ids: list[str]


@dataclass(frozen=True, slots=True)
class Taken:
    """One parameter that a workflow takes, or one value that an event returns."""

    name: str
    type: Type
    optional: bool = False


@dataclass(frozen=True, slots=True)
class WorkflowRef:
    """Another workflow of the app, as a step refers to it. `type_id` is the data type whose things it is about."""

    name: str
    trigger: str
    parameters: tuple[Taken, ...] = ()
    returns: tuple[Taken, ...] = ()
    type_id: str = ""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class EachAssignments:
    """The assignments for each thing of a list: `of` gives them by its id. `alike`: they are the same for all."""

    of: Callable[[str], Assignments]
    alike: bool = False


DATA_TYPE: Final = Kind[str]("data_type", "a data type")
THING: Final = Kind["ThingRef | None"]("thing", "a thing")
THINGS: Final = Kind[ThingRefs]("things", "a list of things")
ASSIGNMENTS: Final = Kind[Assignments]("assignments", "fields and their values")
ASSIGNMENTS_EACH: Final = Kind[EachAssignments]("assignments_each", "fields and their values")
USER_THING: Final = Kind["ThingRef | None"]("thing", "a user", thing(USER))
USER_FIELDS: Final = Kind[Assignments]("user_fields", "fields of the user and their values")
TEXT_VALUE: Final = Kind["str | None"]("expression", "a text", TEXT)
NUMBER_VALUE: Final = Kind["float | None"]("expression", "a number", NUMBER)
YES_NO_VALUE: Final = Kind["bool | None"]("expression", "yes or no", YES_NO)
DATE_VALUE: Final = Kind["int | None"]("expression", "a date", DATE)
TEXTS: Final = Kind["list[str] | None"]("expression", "a list of texts", TEXT.listed)
SOME_TEXTS: Final = Kind["list[str] | None"]("some", "a text, or a list of texts", TEXT)
FILE: Final = Kind["str | None"]("expression", "a file", Type("file"))
SOME_FILES: Final = Kind["list[str] | None"]("some", "a file, or a list of files", Type("file"))
HTML: Final = Kind["str | None"]("html", "HTML, in which {{ }} is escaped", TEXT)
MEETING_METHOD: Final = Kind[str]("word", "REQUEST or CANCEL", words=("REQUEST", "CANCEL"))
MEETING_STATUS: Final = Kind[str]("word", "CONFIRMED or TENTATIVE", words=("CONFIRMED", "TENTATIVE"))
ITEM_ARGUMENTS: Final = Kind[ItemArguments](
    "item_arguments", "the workflow's parameters and their values for each item"
)
LISTED: Final = Kind[Listed]("listed", "a list")
COMPLETION: Final = Kind[Completion | None]("completion", "a workflow and its parameters")
ON_ITEM_FAILED: Final = Kind[str]("word", "continue or stop", words=("continue", "stop"))
ON_CONFLICT: Final = Kind[str]("word", "replace, keep or error", words=("replace", "keep", "error"))
ANY_VALUE: Final = Kind[Typed]("expression", "any value")
VALUES: Final = Kind["dict[str, Typed]"]("values", "names and their values")
API_WORKFLOW: Final = Kind[WorkflowRef]("workflow", "an API workflow", words=("api",))
EVENT: Final = Kind[WorkflowRef]("workflow", "a custom event", words=("event",))
RECURRING: Final = Kind[WorkflowRef]("workflow", "a recurring workflow", words=("recurring",))
ARGUMENTS: Final = Kind["list[Any]"]("arguments", "the parameters of what is called, and their values")
CALL: Final = Kind[Any]("call", "a connector and its call, such as stripe.charge")
