"""Every module says what it is, is small, and is named after an idea."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import SOURCE, modules, named, tree

LONGEST_FILE = 400
LONGEST_FUNCTION = 80
NO_NAMES = {"utils", "util", "helpers", "helper", "base", "common", "manager", "managers", "misc"}

Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public(path: Path) -> Iterator[Documented]:
    """Public classes and functions of a module, and the public methods of its public classes."""
    for node in tree(path).body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (one for one in node.body if isinstance(one, Documented) and not one.name.startswith("_"))


def is_said_elsewhere(node: Documented) -> bool:
    """Whether it is one of several signatures, overrides what is described, or sets a described property."""
    names = {one.id for one in node.decorator_list if isinstance(one, ast.Name)}
    setters = {one.attr for one in node.decorator_list if isinstance(one, ast.Attribute)}
    return bool(names & {"overload", "override"} or setters & {"setter", "deleter"})


def test_every_module_says_what_it_is() -> None:
    assert [named(path) for path in modules() if not ast.get_docstring(tree(path))] == []


def test_public_classes_and_functions_say_what_they_are() -> None:
    silent = [
        f"{named(path)}:{one.lineno} {one.name}"
        for path in modules()
        for one in public(path)
        if not ast.get_docstring(one) and not is_said_elsewhere(one)
    ]
    assert silent == []


def test_a_file_fits_in_the_head() -> None:
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_a_function_fits_on_a_screen_or_two() -> None:
    long = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_modules_are_named_after_ideas() -> None:
    words = {path: set(path.relative_to(SOURCE).with_suffix("").parts) for path in modules()}
    assert [named(path) for path, parts in words.items() if parts & NO_NAMES] == []


def test_nothing_is_evaluated_by_python() -> None:
    calls = [
        f"{named(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec"}
    ]
    assert calls == []
