"""Every key of a file of connectors/: an API, how to prove who calls it, its calls."""

from __future__ import annotations

from typing import Final

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
)
from offpage.model.keys import PARAMETER

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
AUTH_KINDS: Final = ("none", "header", "query", "basic", "bearer", "oauth2")
BODIES: Final = ("json", "form", "multipart", "text")

AUTH: Final = MappingForm(
    {
        "type": Key(
            ChoiceForm(AUTH_KINDS),
            "How: a key in a header or in the query, a name and a password, a token, or OAuth 2 for programs.",
            required=True,
            missing="This `auth` has no `type`; it is none, header, query, basic, bearer or oauth2.",
        ),
        "name": Key(TextForm(), "What the header or the part of the query is called.", ""),
        "value": Key(ValueForm(), "The key, for `header` and `query`."),
        "user": Key(ValueForm(), "The name, for `basic`."),
        "password": Key(ValueForm(), "The password, for `basic`."),
        "token": Key(ValueForm(), "The token, for `bearer`."),
        "token_url": Key(ValueForm(), "Where access tokens are fetched, for `oauth2`."),
        "client_id": Key(ValueForm(), "Who fetches them."),
        "client_secret": Key(ValueForm(), "What proves that."),
        "scope": Key(ValueForm(), "What the tokens are for."),
        "audience": Key(ValueForm(), "Whom the tokens are for."),
        "send": Key(
            ChoiceForm(("basic", "body")), "Where the id and the secret stand when a token is fetched.", "basic"
        ),
    },
    "`auth`",
)

_HEADERS: Final = NamesForm(ValueForm(), "header", "any")

CALL: Final = MappingForm(
    {
        "label": Key(TextForm(), "What people call it.", ""),
        "note": Key(TextForm(), "A remark for people.", ""),
        "method": Key(ChoiceForm(METHODS), "The HTTP method.", "GET"),
        "path": Key(ValueForm(), "What follows the connector's address; what stands in {{ }} is encoded."),
        "address": Key(ValueForm(), "A whole address instead, which may depend on parameters."),
        "parameters": Key(NamesForm(PARAMETER, "parameter"), "What it is given: `name: type` or `name: {type: …}`."),
        "query": Key(NamesForm(ValueForm(), "part of the query", "any"), "The query; what is empty is left out."),
        "headers": Key(_HEADERS, "Headers of this call."),
        "json": Key(ValueForm(), "The body as JSON; keys whose expression is empty are left out."),
        "form": Key(NamesForm(ValueForm(), "field", "any"), "The body as a form."),
        "multipart": Key(NamesForm(ValueForm(), "part", "any"), "The body in parts, files among them."),
        "text": Key(ValueForm(), "The body as it is."),
        "content_type": Key(TextForm(), "What `text` is, such as application/xml.", ""),
        "gives": Key(
            TextForm(), "What the answer's body is: json, text, number, yes_no, date, …, file, or nothing.", ""
        ),
        "sample": Key(ValueForm(), "An answer's body as it was seen: what is in it has types then."),
        "errors": Key(ListForm(TextForm()), "Which statuses are errors: `4xx`, `5xx`, single ones, or `none`."),
        "accept": Key(ListForm(TextForm()), "Which of them are none after all, such as 404."),
        "idempotency_key": Key(
            TextForm(), "The header that tells repeated calls: its name, or `none`. Idempotency-Key, if left out.", ""
        ),
        "timeout": Key(SpanForm(), "How long it may take, such as `30 s`."),
    },
    "a call",
)

CONNECTOR_FILE: Final = MappingForm(
    {
        "label": Key(TextForm(), "What people call the connector.", ""),
        "note": Key(TextForm(), "A remark for people.", ""),
        "address": Key(ValueForm(), "Where the API is, such as https://api.example.com/v1."),
        "auth": Key(AUTH, "How calls prove who makes them."),
        "headers": Key(_HEADERS, "Headers of every call."),
        "errors": Key(ListForm(TextForm()), "Which statuses are errors: `4xx`, `5xx`, single ones, or `none`."),
        "timeout": Key(SpanForm(), "How long a call may take; 30 s, if left out."),
        "at_once": Key(NumberForm(1, whole=True), "How many calls may be under way to its host.", 10),
        "calls": Key(NamesForm(CALL, "call"), "The calls, by name."),
    },
    "a connector",
)
