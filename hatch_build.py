"""Builds the web editor into the package whenever a wheel, an editable install or an sdist is made from a checkout."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _script(root: Path) -> ModuleType:
    """scripts/build_ui.py, which is no package."""
    spec = importlib.util.spec_from_file_location("build_ui", root / "scripts" / "build_ui.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class BuildUi(BuildHookInterface[Any]):
    """The hook."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a Python package, only where there is something to build and no node to do it."""
        script = _script(Path(self.root))
        return [script.NODE_PACKAGE] if script.is_stale(Path(self.root)) and script.find_node() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it."""
        script = _script(Path(self.root))
        if not script.is_stale(Path(self.root)):
            return
        self.app.display_info("Building the web editor ...")
        try:
            script.build(Path(self.root))
        except script.BuildFailed as error:
            self.app.abort(str(error))
