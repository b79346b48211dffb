"""What lets an editor complete and check an app's files: their schemas, and where it finds which."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Final

from offpage.actions.schemas import schema_texts

SCHEMAS: Final = ".offpage/schemas"
"""Where an app's folder has the schemas of its files; not in git, since they belong to the Offpage that is installed."""

FILES: Final = {
    "app": "app.yaml",
    "type": "types/*.yaml",
    "option_set": "options/*.yaml",
    "workflow": "workflows/**/*.yaml",
    "connector": "connectors/*.yaml",
}
"""Which files each schema is for."""

EDITOR_FILE: Final = ".vscode/settings.json"


def write_schemas(folder: Path) -> None:
    """Bring the schemas in an app's folder up to date. A folder that cannot be written to goes without."""
    if not (folder / "app.yaml").exists():
        return
    target = folder / SCHEMAS
    with contextlib.suppress(OSError):
        target.mkdir(parents=True, exist_ok=True)
        for name, text in schema_texts().items():
            path = target / f"{name}.json"
            if not path.exists() or path.read_text("utf-8") != text:
                path.write_text(text, "utf-8")


def editor_settings() -> str:
    """Settings of Visual Studio Code, whose YAML extension reads them."""
    found = {f"{SCHEMAS}/{name}.json": files for name, files in FILES.items()}
    return json.dumps({"yaml.schemas": found}, indent=2) + "\n"
