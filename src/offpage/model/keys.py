"""Every key of every kind of file, declared once: the reader and the JSON Schemas are made from this.
Those of connectors stand in `connector_keys`.

Additions to the format's page, in its spirit: `request_data` keeps what "detect data" saw of a request
(`headers: yes|no`, `sample: {…}`), `response: redirect` with `redirect: {success: URL, error: URL}` answers with a
redirect as Bubble's page-redirect response type does, and `limits` also holds `request_bytes`,
`requests_per_minute` and `list_answer`.
"""

from __future__ import annotations

from typing import Final

from offpage.model.documents import AccountSettings, ApiSettings, AppSettings, Limits, PasswordPolicy, Retention
from offpage.model.editor_keys import EDITOR_KEYS
from offpage.model.failure_keys import ON_FAILURE, RETRY
from offpage.model.flow_keys import FLOW_KEYS
from offpage.model.form import (
    ChoiceForm,
    Key,
    ListForm,
    MappingForm,
    NamesForm,
    NumberForm,
    SpanForm,
    TextForm,
    ValueForm,
    YesNoForm,
    ZoneForm,
)
from offpage.model.inbox_keys import INBOX_KEYS
from offpage.model.workload_keys import WORKLOAD

CAUTIOUS_RATE: Final = 60
"""How many requests are answered a minute while what app.yaml says about that is wrong."""

TRIGGERS: Final = ("api", "data_change", "recurring", "event")

_API, _LIMITS, _APP = ApiSettings(), Limits(), AppSettings()
_ACCOUNTS, _PASSWORD, _RETENTION = AccountSettings(), PasswordPolicy(), Retention()

APP_FILE: Final = MappingForm(
    {
        "name": Key(TextForm(), "What the app is called.", _APP.name),
        "time_zone": Key(ZoneForm(), "The zone of schedules and calendar arithmetic; UTC if absent.", _APP.time_zone),
        "api": Key(
            MappingForm(
                {
                    "workflows": Key(
                        YesNoForm(),
                        "Whether the Workflow API is open.",
                        _API.workflows,
                        wrong=False,
                        label="Workflow API",
                    ),
                    "data": Key(
                        YesNoForm(),
                        "Whether the Data API is open; a data type must also say `api: yes`.",
                        _API.data,
                        label="Data API",
                    ),
                    "keys": Key(
                        ChoiceForm(("id", "label")),
                        "What a field is called in JSON.",
                        _API.keys,
                        label="Names of fields",
                    ),
                    "docs": Key(
                        YesNoForm(),
                        "Whether the API's own documentation is served.",
                        _API.docs,
                        label="Documentation of the API",
                    ),
                },
                "`api`",
            ),
            "What the app offers to other programs.",
            label="APIs",
            wrong={"workflows": False, "data": False},
        ),
        "limits": Key(
            MappingForm(
                {
                    "recursion_depth": Key(
                        NumberForm(whole=True),
                        "How many workflows may schedule one another in a chain; 0 = no limit.",
                        _LIMITS.recursion_depth,
                    ),
                    "run_seconds": Key(NumberForm(), "How long one run may take; 0 = no limit.", _LIMITS.run_seconds),
                    "search_seconds": Key(
                        NumberForm(),
                        "How long one search of the Data API may take; 0 = no limit.",
                        _LIMITS.search_seconds,
                    ),
                    "request_bytes": Key(
                        NumberForm(1, whole=True), "How long the body of a request may be.", _LIMITS.request_bytes
                    ),
                    "requests_per_minute": Key(
                        NumberForm(whole=True),
                        "How many requests are answered a minute; 0 = no limit.",
                        _LIMITS.requests_per_minute,
                        wrong=CAUTIOUS_RATE,
                    ),
                    "list_answer": Key(
                        NumberForm(1, whole=True),
                        "How many things of a list an answer holds at most.",
                        _LIMITS.list_answer,
                    ),
                },
                "`limits`",
            ),
            "Where the app stops.",
            label="Limits",
        ),
        "retention": Key(
            MappingForm(
                {
                    "runs": Key(SpanForm(), "How long the records of runs are kept.", _RETENTION.runs_ms),
                    "answers": Key(
                        SpanForm(),
                        "How long the answers to requests with an Idempotency-Key are kept.",
                        _RETENTION.answers_ms,
                    ),
                    "batches": Key(
                        SpanForm(),
                        "How long batches that have ended are kept, with what failed.",
                        _RETENTION.batches_ms,
                    ),
                    "deliveries": Key(
                        SpanForm(), "How long what webhooks were sent is kept.", _RETENTION.deliveries_ms
                    ),
                },
                "`retention`",
            ),
            "How long what the app keeps for itself is kept: `30 days`, `12 hours`, `forever`.",
        ),
        "workload": WORKLOAD,
        "accounts": Key(
            MappingForm(
                {
                    "password": Key(
                        MappingForm(
                            {
                                "min_length": Key(
                                    NumberForm(1, whole=True),
                                    "How many characters it has at least.",
                                    _PASSWORD.min_length,
                                ),
                                "digit": Key(YesNoForm(), "Whether it must have a digit.", _PASSWORD.digit, wrong=True),
                                "capital": Key(
                                    YesNoForm(), "Whether it must have a capital letter.", _PASSWORD.capital, wrong=True
                                ),
                                "symbol": Key(
                                    YesNoForm(),
                                    "Whether it must have a character that is neither a letter nor a digit.",
                                    _PASSWORD.symbol,
                                    wrong=True,
                                ),
                            },
                            "`password`",
                        ),
                        "What a user's password must be.",
                    ),
                    "log_in_attempts": Key(
                        NumberForm(whole=True),
                        "How many wrong passwords one address may try on an account before it has to wait; 0 = no limit.",
                        _ACCOUNTS.log_in_attempts,
                    ),
                },
                "`accounts`",
            ),
            "How users log in.",
            label="Users' accounts",
        ),
        "privacy": Key(
            MappingForm(
                {
                    "hidden_constraints": Key(
                        ChoiceForm(("no_match", "ignore")),
                        "What a Data API constraint means for a thing whose field the caller may not see: the thing"
                        " does not match, or the constraint is ignored for it, as Bubble does.",
                        _APP.privacy.hidden_constraints,
                    )
                },
                "`privacy`",
            ),
            "How privacy rules are applied; the rules themselves stand in the files of types/.",
            label="Privacy rules",
        ),
        "on_failure": ON_FAILURE,
        "email": Key(
            MappingForm({"from": Key(TextForm(), "The sender, as `Shop <no-reply@shop.test>`.", "")}, "`email`"),
            "How the app sends e-mail.",
            label="E-mail",
        ),
        "outside": Key(
            MappingForm(
                {
                    "allow": Key(
                        ListForm(TextForm()),
                        "Networks and hosts inside that calls may reach whose address depends on what a run was given.",
                        (),
                    )
                },
                "`outside`",
            ),
            "What the app may reach outside.",
            label="Calls to other programs",
        ),
        "note": Key(TextForm(), "A remark for people.", ""),
    },
    "app.yaml",
)

PARAMETER: Final = MappingForm(
    {
        "type": Key(
            TextForm(),
            "What the parameter holds, as in a field.",
            required=True,
            missing="This parameter has no `type`; add one, such as `type: text`.",
        ),
        "optional": Key(YesNoForm(), "Whether a caller may leave it out.", False),
        "in": Key(ChoiceForm(("body", "query")), "Where a caller puts it.", "body"),
        "secret": Key(YesNoForm(), "Whether no record may show it; what goes into a password never is.", False),
        "note": Key(TextForm(), "A remark for people.", ""),
    },
    "a parameter",
    short="type",
)

STEP: Final = MappingForm(
    {
        "do": Key(TextForm(), "The action."),
        "with": Key(ValueForm(), "The action's properties."),
        "as": Key(TextForm(), "The name of the step's result.", ""),
        "only_when": Key(ValueForm(), "The condition under which the step runs, as `=amount > 0`."),
        "retry": Key(RETRY, "How often and when a step that touches the outside world is tried again."),
        "timeout": Key(ValueForm(), "How long a step that touches the outside world may take, such as `30 s`."),
        "on_error": Key(ValueForm(), "What happens after a failure: stop (as it is), continue, or {run: workflow}."),
        "disabled": Key(YesNoForm(), "Whether the step is left out.", False),
        "note": Key(TextForm(), "A remark for people.", ""),
        # Kinds of step that hold steps: for_each, while, branch, transaction.
        "steps": Key(ListForm(ValueForm()), "The steps inside this one."),
        "else": Key(ListForm(ValueForm()), "The steps of a `branch` when its condition does not hold."),
    },
    "a step",
)

RETURN: Final = MappingForm(
    {
        "type": Key(
            TextForm(),
            "What the value is, as in a field.",
            required=True,
            missing="This value has no `type`; add one, such as `type: text`.",
        ),
        "optional": Key(YesNoForm(), "Whether the event may end without it.", False),
        "note": Key(TextForm(), "A remark for people.", ""),
    },
    "a returned value",
    short="type",
)

WORKFLOW_FILE: Final = MappingForm(
    {
        "label": Key(TextForm(), "What people call the workflow.", ""),
        "note": Key(TextForm(), "A remark for people.", ""),
        **EDITOR_KEYS,
        "trigger": Key(ChoiceForm(TRIGGERS), "What starts it.", "api"),
        "disabled": Key(YesNoForm(), "Whether nothing starts it.", False),
        "expose": Key(
            YesNoForm(), "Whether it is public on the Workflow API.", True, only=("api",), label="Public API workflow"
        ),
        "auth": Key(
            ChoiceForm(("none", "user", "admin")), "Who may call it.", "user", only=("api",), label="Who may call it"
        ),
        "method": Key(ChoiceForm(("POST", "GET")), "The HTTP method.", "POST", only=("api",), label="HTTP method"),
        "ignore_privacy": Key(
            YesNoForm(), "Whether privacy rules do not count while it runs.", False, label="Ignore privacy rules"
        ),
        "parameters": Key(
            NamesForm(PARAMETER, "parameter"),
            "What it is given: `name: type` or `name: {type: …}`.",
            only=("api", "event"),
        ),
        "request_data": Key(ValueForm(), "The request as detected: `headers` and `sample`.", only=("api",)),
        "only_when": Key(ValueForm(), "The condition under which it runs, as `=order.paid == no`."),
        "return_200_if_skipped": Key(
            YesNoForm(), "Whether a caller gets 200 when the condition does not hold.", False, only=("api",)
        ),
        "response": Key(
            ChoiceForm(("json", "redirect")),
            "What kind of answer a caller gets.",
            "json",
            only=("api",),
            label="Kind of answer",
        ),
        "when_caller_leaves": Key(
            ChoiceForm(("continue", "cancel")),
            "What happens with a run that streams when its caller goes away.",
            "continue",
            only=("api",),
        ),
        "redirect": Key(ValueForm(), "Where a redirect leads: `success` and `error`.", only=("api",)),
        "type": Key(TextForm(), "The data type whose things it is about.", "", only=("data_change", "recurring")),
        "cron": Key(TextForm(), 'When it starts, as "*/15 9-17 * * 1-5".', "", only=("recurring",)),
        "every": Key(TextForm(), "How often it starts, as `1 day` or `90 seconds`.", "", only=("recurring",)),
        "starts": Key(ValueForm(), "When it starts for the first time.", only=("recurring",)),
        "time_zone": Key(ZoneForm(), "The zone of its schedule; the app's if absent.", "", only=("recurring",)),
        "missed": Key(
            ChoiceForm(("once", "skip", "all")),
            "What happens with starts that passed while nothing ran: one run for all of them, none, or one for each.",
            "once",
            only=("recurring",),
        ),
        "chain": Key(
            YesNoForm(),
            "Whether what it changes starts data_change workflows, too.",
            False,
            only=("data_change",),
            label="Start further workflows",
        ),
        **INBOX_KEYS,
        **FLOW_KEYS,
        "on_failure": ON_FAILURE,
        "returns": Key(
            NamesForm(RETURN, "returned value"),
            "What a custom event returns: `name: type` or `name: {type: …}`.",
            only=("event",),
        ),
        "steps": Key(ListForm(ValueForm()), "What it does, in order."),
    },
    "a workflow",
)

REQUEST_DATA: Final = MappingForm(
    {
        "headers": Key(YesNoForm(), "Whether the request's headers are part of it.", False),
        "sample": Key(ValueForm(), "A request as it was seen: its body as YAML."),
    },
    "`request_data`",
)

REDIRECT: Final = MappingForm(
    {
        "success": Key(ValueForm(), "The address after a run that worked."),
        "error": Key(ValueForm(), "The address after a run that failed."),
    },
    "`redirect`",
)
