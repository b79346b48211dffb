"""`search(…)`, `option(…)` and `all_options(…)`: calls that take the name of a data type or an option set."""

from __future__ import annotations

from typing import Final

from offpage.expr.checking import Checking, did_you_mean, listed, option_named, there_are
from offpage.expr.free import uses_this
from offpage.expr.ir import Call, Const, FieldOf, Hole, Ir, Search, SortBy, This
from offpage.expr.operator import CATALOGUE
from offpage.expr.query.ordering import BY_CHANCE
from offpage.expr.scope import Scope
from offpage.expr.syntax import Application, Elements, Index, Keyword, Literal, Member, Name, Problem, Tree
from offpage.values.types import NUMBER, TEXT, UNKNOWN, YES_NO, option, thing

TAKES_A_NAME: Final = frozenset({"search", "option", "all_options"})
"""Functions whose first operand is the id of a data type or an option set."""

_SEARCH_WORDS: Final = ("condition", "any_field", "sort_by", "descending", "ignore_empty")


def _id(tree: Tree) -> str | None:
    """An id, written as a word or (when it holds a dash) as a text."""
    match tree:
        case Name(name=name):
            return name
        case Literal(value=str() as name):
            return name
    return None


def search(checking: Checking, node: Application, scope: Scope) -> Ir:
    """`search(order, condition, sort_by=…, descending=…, ignore_empty=yes)`."""
    types = checking.schema.types
    type_id = _id(node.operands[0]) if node.operands else None
    if type_id is None:
        place = node.operands[0].place if node.operands else node.place
        return checking.hole(place, f"Say which data type to search: search(order). {there_are(types)}")
    if type_id in checking.schema.unread:
        return Hole(UNKNOWN, node.place)  # its file has the issue
    if type_id not in types:
        hint = did_you_mean(type_id, types)
        return checking.hole(node.operands[0].place, f"There is no data type {type_id}.{hint} {there_are(types)}")
    given = _keywords(checking, node.keywords)
    for extra in node.operands[2:]:
        checking.problem(extra.place, "search takes a data type and one condition. Join conditions with and.")
    condition = node.operands[1] if len(node.operands) > 1 else given.get("condition")
    row = scope.over(thing(type_id), strict=True)
    asked = None if condition is None else checking.ir(condition, row, YES_NO)
    if "any_field" in given:
        asked = _and(_any_field(checking, given["any_field"], scope, type_id), asked)
    return Search(
        thing(type_id).listed,
        type_id,
        asked,
        _order(checking, given, scope, row),
        _is_yes(checking, given.get("ignore_empty")),
        node.place,
    )


def _keywords(checking: Checking, keywords: tuple[Keyword, ...]) -> dict[str, Tree]:
    given: dict[str, Tree] = {}
    for keyword in keywords:
        if keyword.name in _SEARCH_WORDS:
            given[keyword.name] = keyword.value
        else:
            hint = did_you_mean(keyword.name, _SEARCH_WORDS)
            message = f"search has no {keyword.name}.{hint} It takes {listed(_SEARCH_WORDS)}."
            checking.problem(keyword.place, message)
    return given


def _is_yes(checking: Checking, tree: Tree | None) -> bool:
    match tree:
        case None:
            return False
        case Literal(value=bool() as said):
            return said
    checking.problem(tree.place, "Write yes or no here: it is decided before the workflow runs.")
    return False


def _order(checking: Checking, given: dict[str, Tree], scope: Scope, row: Scope) -> tuple[SortBy, ...]:
    """The sort rules: one expression over `this`, or several in brackets; `descending` likewise."""
    by = _several(given.get("sort_by"))
    descending = _several(given.get("descending"))
    if len(descending) > max(len(by), 1):
        checking.problem(descending[-1].place, "There are more directions than sort rules. Remove some.")
    ways: list[Ir | None] = [checking.ir(one, scope, YES_NO) for one in descending]
    # One direction given on its own holds for every rule.
    ways = ways * len(by) if len(ways) == 1 else ways + [None] * (len(by) - len(ways))
    plain = scope.over(row.this or UNKNOWN, strict=False)
    rules = []
    for one, way in zip(by, ways, strict=False):
        if isinstance(one, Name) and one.name == "random" and "random" not in scope.names:
            rules.append(SortBy(Call(NUMBER, BY_CHANCE, (), one.place)))
            continue
        key = checking.ir(one, plain)
        if _is_no_order(key):
            checking.problem(
                one.place,
                "This is the same for every thing, so it makes no order. Sort by something of `this`, as in "
                "sort_by=this.created_date, or by a text that names a field while the workflow runs.",
            )
            continue
        if key.type.is_list or key.type.kind == "json":
            checking.problem(one.place, f"A {key.type} has no order. Sort by one value, such as this.created_date.")
        else:
            rules.append(SortBy(key, way))
    return tuple(rules)


def _is_no_order(key: Ir) -> bool:
    """Whether a key neither looks at the thing nor is a text, not known yet, that may name one of its fields."""
    if isinstance(key, Hole) or uses_this(key):
        return False
    return isinstance(key, Const) or key.type != TEXT


def _any_field(checking: Checking, tree: Tree, scope: Scope, type_id: str) -> Ir:
    """`any_field=words`: whether one of the text fields has all the words."""
    words = checking.ir(tree, scope, TEXT)
    fields = [one for one in checking.schema.types[type_id].fields.values() if one.type == TEXT and one.id != "id"]
    has = CATALOGUE["contains_keywords"][0]
    row = This(thing(type_id))
    found: Ir | None = None
    for field in fields:
        in_field = FieldOf(TEXT, row, type_id, field.id, tree.place)
        one = Call(YES_NO, has, (in_field, words), tree.place)
        found = one if found is None else Call(YES_NO, CATALOGUE["or"][0], (found, one), tree.place)
    assert found is not None  # every type has a slug
    return found


def _and(one: Ir, other: Ir | None) -> Ir:
    return one if other is None else Call(YES_NO, CATALOGUE["and"][0], (one, other), other.place)


def _several(tree: Tree | None) -> tuple[Tree, ...]:
    if tree is None:
        return ()
    return tree.items if isinstance(tree, Elements) else (tree,)


def is_option(tree: Tree, scope: Scope) -> bool:
    """Whether this is `option(set)`, which a dot or brackets must follow."""
    return isinstance(tree, Application) and tree.target == _target(tree, "option") and "option" not in scope.names


def _target(tree: Application, name: str) -> Tree | None:
    return tree.target if isinstance(tree.target, Name) and tree.target.name == name else None


def chosen_option(checking: Checking, node: Member | Index, scope: Scope) -> Ir:
    """`option(status).paid`, or `option(status)["in-progress"]` for an id that is no word."""
    assert isinstance(node.base, Application)
    found = _set(checking, node.base)
    if isinstance(found, Hole):
        return found
    options = checking.schema.option_sets[found]
    match node:
        case Member(name=name, name_place=place):
            written = name
        case Index(index=Literal(value=str() as written, place=place)):
            pass
        case _:
            return checking.hole(node.index.place, f'Write the option out: option({found})["id"].')
    option_id = option_named(options, written)
    if option_id is None:
        hint = did_you_mean(written, options.options)
        return checking.hole(place, f"{found} has no option {written}.{hint} Its options: {listed(options.options)}.")
    return Const(option(found), option_id, node.place)


def all_options(checking: Checking, node: Application, scope: Scope) -> Ir:
    """`all_options(status)`: every option, in the order of the set."""
    found = _set(checking, node)
    if isinstance(found, Hole):
        return found
    return Const(option(found).listed, tuple(checking.schema.option_sets[found].options), node.place)


def option_alone(checking: Checking, node: Application, scope: Scope) -> Ir:
    """`option(status)` with nothing after it."""
    found = _set(checking, node)
    if isinstance(found, Hole):
        return found
    options = checking.schema.option_sets[found].options
    return checking.hole(node.place, f"Say which option: option({found}).{next(iter(options), 'name')}.")


def _set(checking: Checking, node: Application) -> str | Hole:
    """The option set that is named, or a hole and a problem."""
    sets = checking.schema.option_sets
    set_id = _id(node.operands[0]) if node.operands else None
    extra: list[Tree] = [*node.operands[1:], *(keyword.value for keyword in node.keywords)]
    if extra:
        checking.problems.append(Problem(extra[0].place, "Only the option set goes into these parentheses."))
    if set_id is not None and set_id in sets:
        return set_id
    if set_id in checking.schema.unread:
        return Hole(UNKNOWN, node.place)  # its file has the issue
    place = node.operands[0].place if node.operands else node.place
    hint = did_you_mean(set_id or "", sets)
    checking.problem(place, f"Say which option set.{hint} {there_are(sets)}")
    return Hole(UNKNOWN, node.place)
