"""What an action declares. One class serves the checker, the engine, the docs and the editor's form.

The class is the declaration; an instance is one evaluated call, so that `self.type` is a value:

    class CreateThing(Action):
        \"\"\"Create a new thing.\"\"\"

        effect = Effect.DATABASE
        type = Prop(DATA_TYPE, "Type")
        set = Prop(ASSIGNMENTS, "Fields", of="type", required=False)

        def run(self, step: StepContext) -> str:
            return step.things.create(self.set)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Self, TypeVar, overload

from offpage.actions.kinds import Kind
from offpage.model.documents import Prices
from offpage.values.types import Type

if TYPE_CHECKING:
    from offpage.actions.context import StepContext

T = TypeVar("T")


class Effect(Enum):
    """What a step touches; decides where a segment ends."""

    NONE = "none"
    DATABASE = "database"
    OUTSIDE = "outside"


Repeats = Literal["mail", "call", "file", "run", "data"]
"""What others notice of a step that is done twice: another mail, another call, a file, a workflow that starts."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Workload of one step before what it reads: running it (None: what any action counts), and what it does besides.

    `written` and `deleted`: whether it writes or deletes things, each of which counts. `also`: a further price, for each
    call that it makes or run that it schedules.
    """

    base: float | None = None
    written: bool = False
    deleted: bool = False
    also: Literal["", "outside_call", "schedule"] = ""

    def own(self, prices: Prices) -> float:
        """What the step itself counts."""
        return prices.action if self.base is None else self.base

    def at_least(self, prices: Prices) -> float:
        """What a step counts that does once what it is for."""
        also = float(getattr(prices, self.also)) if self.also else 0.0
        return self.own(prices) + also + prices.thing_written * self.written + prices.thing_deleted * self.deleted


class Prop(Generic[T]):
    """One property of an action: its kind, its label, and the property it depends on (`of`).

    No record of a run ever shows the value of a `secret` one.
    """

    def __init__(
        self,
        kind: Kind[T],
        label: str,
        *,
        of: str = "",
        required: bool = True,
        default: Any = None,
        doc: str = "",
        secret: bool = False,
    ) -> None:
        self.kind = kind
        self.label = label
        self.of = of
        self.required = required
        self.default = default
        self.doc = doc
        self.secret = secret
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> Self | T:
        # An evaluated call holds its values in its own dictionary, which comes before this descriptor.
        return self if instance is None else self.default


@dataclass(frozen=True, slots=True)
class Static:
    """What is known of a step's properties before it runs: types of expressions, constants as they are, which are given."""

    types: Mapping[str, Type]
    constants: Mapping[str, Any]
    given: frozenset[str] = frozenset()


class Action:
    """One kind of step. Its docstring is its documentation: a sentence, then what a maker should know."""

    effect: ClassVar[Effect] = Effect.DATABASE
    cost: ClassVar[Cost] = Cost()
    props: ClassVar[dict[str, Prop[Any]]] = {}
    repeats: ClassVar[Repeats | None] = None
    """What happens once more when the step is done again, besides what its `effect` says."""
    secret_result: ClassVar[bool] = False
    """Whether the result is a text that no record of a run may show."""
    words: ClassVar[str] = ""
    """Other words under which people look for it, beside those of its name and its sentence."""
    one_of: ClassVar[tuple[str, ...]] = ()
    """Properties of which at least one must be given, though none of them always."""

    def __init_subclass__(cls) -> None:
        cls.props = {name: value for name, value in vars(cls).items() if isinstance(value, Prop)}

    @classmethod
    def do(cls) -> str:
        """The action's name in a file: `create_thing` for CreateThing."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def gives(cls, static: Static) -> Type | None:
        """Type of the step's result, or None when it gives nothing."""
        return None

    @classmethod
    def parts(cls, static: Static) -> Mapping[str, Type]:
        """The named parts of a result of type `record` or `batch`, which `run` returns as a Record."""
        return {}

    @classmethod
    def problems(cls, static: Static) -> list[tuple[str, str]]:
        """What is wrong with the properties taken together, as pairs: the property's name (or ""), a sentence."""
        return []

    @classmethod
    def one_statement(cls, static: Static) -> bool:
        """Whether it writes with a single statement, which undoes itself when it fails."""
        return False

    def is_given(self, name: str) -> bool:
        """Whether the maker wrote a property at all; its value may be empty nevertheless."""
        return name in vars(self)

    def run(self, step: StepContext) -> Any:
        """Do it, and return the step's result in Python form."""
        raise NotImplementedError
