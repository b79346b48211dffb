"""What a name standing alone means, and the parts of `request`, `app` and `secret`."""

from __future__ import annotations

from typing import Any, Final

from offpage.expr.checking import Checking, did_you_mean
from offpage.expr.ir import Call, Ir, Part, Reach, Slot, Source, This
from offpage.expr.operator import CATALOGUE
from offpage.expr.scope import Scope
from offpage.expr.syntax import Name
from offpage.model.schema import USER
from offpage.values.types import DATE, JSON, NUMBER, TEXT, YES_NO, Type, thing

REQUEST: Final = {"body": JSON, "headers": JSON, "query": JSON, "raw": TEXT, "raw_base64": TEXT, "ip": TEXT}
"""What `request` has."""

APP: Final = ("url", "name")
"""What `app` has."""

ONE_OF_A_LIST: Final = frozenset({"first", "last", "item", "random"})
"""Operators that give one item of a list, which looks like the sample's first."""

SURROUNDINGS: Final = ("now", "current_user", "this", "env", "app", "secret", "request")
"""Words that stand for something besides the workflow's own names."""


def name(checking: Checking, node: Name, scope: Scope) -> Ir:
    """What a name standing alone means."""
    named = scope.names.get(node.name)
    if named is not None:
        return Slot(named.type, named.slot, node.name, node.place)
    match node.name:
        case "this" if scope.this is not None:
            return This(scope.this, node.place)
        case "this":
            message = "There is no this here: it is the thing in question inside a search, a list operator or a rule."
            return checking.hole(node.place, message)
        case "current_user":
            return Source(thing(USER), "current_user", (), node.place)
        case "now":
            return Source(DATE, "now", (), node.place)
        case "env":
            return Source(TEXT, "env", (), node.place)
        case "app" | "secret" | "request" as word:
            example = {"app": "app.url", "secret": "secret.STRIPE_KEY", "request": "request.body"}[word]
            return checking.hole(node.place, f"Say which part of {word}: for example {example}.")
    return checking.hole(node.place, _unknown(checking, node.name, scope))


def _unknown(checking: Checking, word: str, scope: Scope) -> str:
    """What to say about a name that means nothing here."""
    of = scope.this
    if of is not None and of.kind == "thing" and not of.is_list and checking.schema.field(of.of, word):
        return f"There is nothing called {word} here. For the field write this.{word}."
    if word in checking.schema.types:
        return f"{word} is a data type. To find things of it write search({word})."
    if word in checking.schema.option_sets:
        return f"{word} is an option set. Write option({word}) and a dot before the option."
    if any(one.form == "function" for one in CATALOGUE.get(word, ())):
        return f"{word} needs parentheses: {word}(…)."
    if word in {"True", "False", "None", "null"}:
        return f"Write {'empty' if word in {'None', 'null'} else 'yes' if word == 'True' else 'no'} instead of {word}."
    hint = did_you_mean(word, [*scope.names, *SURROUNDINGS, "yes", "no", "empty"])
    return f"There is nothing called {word} here.{hint or ' Use a parameter, or the name of an earlier step.'}"


def part_of_source(checking: Checking, source: Name, part: str, scope: Scope, place: tuple[int, int]) -> Ir | None:
    """`request.body`, `app.url`, `secret.KEY`; None where `source` is no such word here."""
    if source.name in scope.names:
        return None
    match source.name:
        case "secret":
            if part and scope.secrets is not None and part not in scope.secrets:
                hint = did_you_mean(part, scope.secrets) or f" Add a line {part}=… to the file .env."
                return checking.hole(place, f"There is no secret {part}, neither in .env nor in the environment.{hint}")
            return Source(TEXT, "secret", (part,), place)
        case "app":
            if part in APP:
                return Source(TEXT, "app", (part,), place)
            return checking.hole(place, f"app has no {part}.{did_you_mean(part, APP)} It has url and name.")
        case "request":
            if not scope.request:
                return checking.hole(place, "request can be used in an api workflow only.")
            if part in REQUEST:
                return Source(REQUEST[part], "request", (part,), place)
            hint = did_you_mean(part, REQUEST)
            return checking.hole(
                place, f"request has no {part}.{hint} It has body, headers, query, raw, raw_base64 and ip."
            )
    return None


def json_part(checking: Checking, base: Ir, key: str | int, scope: Scope, place: tuple[int, int]) -> Part:
    """A key or an index of a json value; a header, a query value or what the sample knows has a type of its own."""
    if isinstance(base, Source) and base.name == "request" and base.path in {("headers",), ("query",)}:
        # Headers come with lower-case names; a dash cannot stand in a word, so an underscore means it.
        if base.path == ("headers",) and isinstance(key, str):
            key = key.lower().replace("_", "-")
        return Part(TEXT, base, key, place)
    sample = sample_at(base, scope)
    if isinstance(sample, dict) and isinstance(key, str) and key not in sample:
        near = did_you_mean(key, sample)
        if near:
            # Hardly an error: a sample need not have every key that callers may send.
            checking.warn(place, f"The sample has no {key} here.{near}")
    return Part(json_type(sample, key), base, key, place)


def sample_has(base: Ir, key: str, scope: Scope) -> bool:
    """Whether the detected sample of the request has this key here."""
    sample = sample_at(base, scope)
    return isinstance(sample, dict) and key in sample


def sample_at(ir: Ir, scope: Scope) -> Any:
    """What the detected sample holds at this place of the request, or None."""
    match ir:
        case Source(name="request", path=(part,)) if scope.request_sample is not None:
            return scope.request_sample.get(part)
        case Reach(sample=sample):
            return sample
        case Part(base=Slot(name=name), key=str() as key) if name in scope.names and key in scope.names[name].samples:
            return scope.names[name].samples[key]
        case Part(base=base, key=key):
            return _at(sample_at(base, scope), key)
        case Call(operator=operator, operands=((Part() | Reach()) as base, *_)) if operator.name in ONE_OF_A_LIST:
            return _at(sample_at(base, scope), 0)
    return None


def _at(sample: Any, key: str | int) -> Any:
    match sample:
        case dict():
            return sample.get(key)
        case list() if isinstance(key, int) and sample:
            # A sample shows one item or a few; every item is taken to look like the first.
            return sample[key] if -len(sample) <= key < len(sample) else sample[0]
    return None


def json_type(sample: Any, key: str | int) -> Type:
    """The type of what a sample shows under a key; json where it shows nothing."""
    match _at(sample, key):
        case bool():
            return YES_NO
        case int() | float():
            return NUMBER
        case str():
            return TEXT
        case list() as items:
            kinds = {json_type({"": one}, "") for one in items if one is not None}
            one = kinds.pop() if len(kinds) == 1 else JSON
            return (JSON if one.is_list else one).listed
    return JSON
