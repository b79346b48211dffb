"""The documents of an app folder as saved. Everything may be missing or wrong here; issues say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from offpage.kernel.address import Address
from offpage.kernel.issues import Issue
from offpage.model.node import Keys, Mark, Node


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """`api:` in app.yaml."""

    workflows: bool = True
    data: bool = False
    keys: str = "id"
    docs: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """`limits:` in app.yaml. 0 means no limit where that makes sense."""

    recursion_depth: int = 10
    run_seconds: float = 300.0
    search_seconds: float = 5.0
    request_bytes: int = 50 * 1024 * 1024
    requests_per_minute: int = 0
    list_answer: int = 50


@dataclass(frozen=True, slots=True)
class Retention:
    """`retention:` in app.yaml, in ms; 0 keeps for ever."""

    runs_ms: int = 30 * 86_400_000
    answers_ms: int = 86_400_000
    batches_ms: int = 30 * 86_400_000
    deliveries_ms: int = 30 * 86_400_000


@dataclass(frozen=True, slots=True)
class Prices:
    """`workload:` in app.yaml: what each activity counts, in units; Bubble's list unless the app says otherwise."""

    action: float = 0.6
    search: float = 0.3
    aggregate: float = 0.2
    thing_read: float = 0.015
    character_read: float = 0.000003
    thing_written: float = 0.5
    thing_deleted: float = 0.1
    trigger: float = 0.05
    request: float = 0.01
    outside_call: float = 0.1
    byte: float = 0.000003
    schedule: float = 0.1


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """`accounts: password:` in app.yaml: what a password must have."""

    min_length: int = 8
    digit: bool = False
    capital: bool = False
    symbol: bool = False


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """`accounts:` in app.yaml. `log_in_attempts`: 0 means no limit."""

    password: PasswordPolicy = PasswordPolicy()
    log_in_attempts: int = 10


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """`privacy:` in app.yaml. `hidden_constraints` is `no_match` or `ignore`, as Bubble does."""

    hidden_constraints: str = "no_match"


@dataclass(frozen=True, slots=True)
class AppSettings:
    """app.yaml."""

    name: str = "App"
    time_zone: str = "UTC"
    api: ApiSettings = ApiSettings()
    limits: Limits = Limits()
    retention: Retention = Retention()
    workload: Prices = Prices()
    accounts: AccountSettings = AccountSettings()
    privacy: PrivacySettings = PrivacySettings()
    email_from: str = ""
    on_failure: Node | None = None
    """The workflow that follows failed runs of all others."""
    outside_allow: tuple[str, ...] = ()
    """Networks and hosts inside that may be reached with an address that a run was given."""


@dataclass(frozen=True, slots=True)
class ParameterDoc:
    """One parameter of a workflow or custom event. `type` is the text written, such as `list of order`."""

    name: str
    type: str
    optional: bool = False
    is_in: str = "body"
    secret: bool = False
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class StepDoc:
    """One step of a workflow. `props` is the node under `with`, `keys` the whole step as written."""

    do: str
    address: Address
    mark: Mark
    name: str = ""
    props: Keys | None = None
    only_when: Node | None = None
    on_error: Node | None = None
    retry: Mapping[str, Any] | None = None
    timeout: Node | None = None
    disabled: bool = False
    note: str = ""
    keys: Keys | None = None
    steps: tuple[StepDoc, ...] = ()
    """The steps inside this one, where it is of a kind that holds steps."""
    otherwise: tuple[StepDoc, ...] = ()
    """The steps under `else`."""


@dataclass(frozen=True, slots=True)
class ScheduleDoc:
    """When a recurring workflow starts, as written; `starts` is a value."""

    cron: str = ""
    every: str = ""
    starts: Node | None = None
    time_zone: str = ""
    missed: str = "once"


@dataclass(frozen=True, slots=True)
class FlowDoc:
    """How many of a workflow's runs there may be, as written: each of the first three is its keys and values."""

    at_once: Mapping[str, Any] | None = None
    rate: Mapping[str, Any] | None = None
    debounce: Mapping[str, Any] | None = None
    when_busy: str = "queue"
    priority: str = "normal"


@dataclass(frozen=True, slots=True)
class WorkflowDoc:
    """One file of workflows/. `id` is the stem of its file, `path` its folder and stem (`orders/paid`)."""

    id: str
    path: str
    address: Address
    mark: Mark
    label: str = ""
    trigger: str = "api"
    expose: bool = True
    auth: str = "user"
    method: str = "POST"
    ignore_privacy: bool = False
    parameters: tuple[ParameterDoc, ...] = ()
    only_when: Node | None = None
    return_200_if_skipped: bool = False
    response: str = "json"
    when_caller_leaves: str = "continue"
    redirect: Keys | None = None
    request_data: Keys | None = None
    steps: tuple[StepDoc, ...] = ()
    disabled: bool = False
    keys: Keys | None = None
    type: str = ""
    """The data type whose things it is about."""
    chain: bool = False
    returns: tuple[ParameterDoc, ...] = ()
    schedule: ScheduleDoc = ScheduleDoc()
    flow: FlowDoc = FlowDoc()
    on_failure: Node | None = None
    verify: Mapping[str, Any] | None = None
    """Who must have signed what comes in: its keys and values."""
    dedupe: Mapping[str, Any] | None = None
    """What is the same in a repeated delivery: its keys and values."""
    ack: str = "last"


@dataclass(frozen=True, slots=True)
class App:
    """An app folder as read: settings, workflows, and the data types and option sets still as nodes.

    `files` holds each file's text by its path in the folder: what a snapshot keeps. `issues` is what was wrong
    with reading them.
    """

    settings: AppSettings
    types: Mapping[str, Keys]
    option_sets: Mapping[str, Keys]
    workflows: Mapping[str, WorkflowDoc]
    connectors: Mapping[str, Keys] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    settings_known: bool = True
    """Whether app.yaml could be read at all. Where it could not, `settings` lets nobody in."""
