"""Finds the actions: every module in a folder beside this file, and those that installed packages bring."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points

import offpage.actions
from offpage.actions.action import Action

OWN_MODULES = frozenset(
    {
        "action",
        "block",
        "catalogue",
        "connecting",
        "context",
        "encoding",
        "kinds",
        "mailing",
        "outside",
        "saving",
        "scheduling",
    }
)


@cache
def actions() -> dict[str, type[Action]]:
    """All actions by the name that files use. A package adds its own by the entry point group `offpage.actions`."""
    found: dict[str, type[Action]] = {}
    package = offpage.actions
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.ispkg and module.name.rpartition(".")[2] not in OWN_MODULES:
            loaded = importlib.import_module(module.name)
            for value in vars(loaded).values():
                if isinstance(value, type) and issubclass(value, Action) and value.__module__ == module.name:
                    found[value.do()] = value
    for point in entry_points(group="offpage.actions"):
        one = point.load()
        found[one.do()] = one
    return found


def group_of(action: type[Action]) -> str:
    """The group an action stands under in menus and docs: its folder, or its package's name."""
    return action.__module__.split(".")[-2]
