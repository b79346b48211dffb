"""Finds the handler of an address. The tables are collected by place: a module beside this one that has ROUTES."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from inspect import signature
from typing import Any, get_type_hints

import offpage.editor
from offpage.editor.route import Handler, Route
from offpage.kernel.errors import MethodNotAllowed, NotFound


@cache
def routes() -> tuple[Route, ...]:
    """All addresses; those whose pattern says more come first."""
    found: list[Route] = []
    for module in pkgutil.iter_modules(offpage.editor.__path__, offpage.editor.__name__ + "."):
        found += getattr(importlib.import_module(module.name), "ROUTES", ())
    return tuple(sorted(found, key=lambda one: (-len(one.pattern.replace("*", "")), one.pattern)))


def find(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route of a path below `/editor/api`, and the parts that its pattern names. Raises NotFound, MethodNotAllowed."""
    others: list[str] = []
    for route in routes():
        match = route.matcher.fullmatch(path)
        if match is None:
            continue
        if route.method == method:
            return route, match.groupdict()
        others.append(route.method)
    if others:
        allowed = ", ".join(dict.fromkeys(others))
        raise MethodNotAllowed(f"This address answers {allowed}, not {method[:20]}", allow=allowed)
    raise NotFound("There is no such address in the editor's API")


@cache
def body_type(handler: Handler) -> Any:
    """What a handler takes as the request's body; None where it takes none."""
    names = list(signature(handler).parameters)
    return get_type_hints(handler)[names[1]] if len(names) > 1 else None


@cache
def answer_type(handler: Handler) -> Any:
    """What a handler gives."""
    return get_type_hints(handler)["return"]
