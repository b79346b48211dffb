"""The files of an app as they were read last: one whose text is the same is not read again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from offpage.kernel.address import Address
from offpage.kernel.issues import Issue, Issues
from offpage.model.documents import WorkflowDoc
from offpage.model.node import Keys, Mark
from offpage.model.report import Report, kind_of
from offpage.model.workflow import read_workflow
from offpage.model.yaml_text import read_yaml

SUFFIX: Final = ".yaml"


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The tree of one file (None where it has none), and what is wrong with its YAML."""

    text: str
    keys: Keys | None
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class ParsedWorkflow:
    """The document that a workflow's tree is, and what is wrong with it."""

    keys: Keys
    doc: WorkflowDoc
    issues: tuple[Issue, ...]


class Parsed:
    """Remembers the files of one app, each as it was read last. What it gives is never changed, so it is shared."""

    def __init__(self) -> None:
        self._files: dict[str, ParsedFile] = {}
        self._workflows: dict[str, ParsedWorkflow] = {}

    def tree(self, file: str, text: str, issues: Issues) -> Keys | None:
        """The tree of a file with this text; what is wrong with it goes to `issues`."""
        found = self._files.get(file)
        if found is None or found.text != text:
            own = Issues()
            keys = _tree(file, text, Report(own))
            found = self._files[file] = ParsedFile(text, keys, tuple(own))
        issues.extend(found.issues)
        return found.keys

    def workflow(self, path: str, keys: Keys, issues: Issues) -> WorkflowDoc:
        """The workflow of a tree; `path` is its folder and stem below workflows/."""
        found = self._workflows.get(path)
        if found is None or found.keys is not keys:
            own = Issues()
            doc = read_workflow(path, keys, Report(own))
            found = self._workflows[path] = ParsedWorkflow(keys, doc, tuple(own))
        issues.extend(found.issues)
        return found.doc

    def keep_only(self, files: Collection[str]) -> None:
        """Forget the files that are gone."""
        self._files = {file: one for file, one in [*self._files.items()] if file in files}
        self._workflows = {
            path: one for path, one in [*self._workflows.items()] if f"workflows/{path}{SUFFIX}" in files
        }


def address_of(file: str) -> Address:
    """The address of a file's document: `workflows/orders/paid.yaml` → `workflows/orders/paid`."""
    return file.removesuffix(SUFFIX).removesuffix(".yml") or file


def _tree(file: str, text: str, report: Report) -> Keys | None:
    address = address_of(file)
    node = read_yaml(file, text, address, report)
    if node is None or isinstance(node, Keys):
        return node
    if getattr(node, "value", "") is None:
        return Keys({}, {}, Mark(file, 1, 1))
    report.error(address, node, f"Here stands {kind_of(node)}, but a file is a mapping: write `key: value` lines.")
    return None
