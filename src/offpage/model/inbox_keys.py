"""The webhook inbox of a workflow: who may have sent what comes in, what counts as the same, when it is answered."""

from __future__ import annotations

from typing import Final

from offpage.model.form import ChoiceForm, Key, ListForm, MappingForm, SpanForm, TextForm, ValueForm

VERIFIERS: Final = ("stripe", "github", "shopify", "slack", "twilio", "paddle", "standard_webhooks", "hmac")

OF_HMAC: Final = ("header", "algorithm", "encoding", "prefix", "timestamp", "signed")
"""The keys that only `type: hmac` has."""

VERIFY: Final = MappingForm(
    {
        "type": Key(
            ChoiceForm(VERIFIERS),
            "Who signs, and so how; `standard_webhooks` is for Svix and all who follow standardwebhooks.com.",
            required=True,
            missing=f"Say who signs: `type:` is one of {', '.join(VERIFIERS)}.",
        ),
        "secret": Key(
            ListForm(ValueForm()),
            "What it is signed with, as `=secret.NAME`; a list while an old one is replaced by a new one.",
        ),
        "tolerance": Key(
            SpanForm(), "How far the moment of signing may lie from now, where it is signed; 5 minutes if absent."
        ),
        "url": Key(
            ValueForm(), "For twilio: the address that is called, where it is not the server's own with the path."
        ),
        "header": Key(TextForm(), "For hmac: the header with the signature.", ""),
        "algorithm": Key(ChoiceForm(("sha256", "sha1", "sha512")), "For hmac: the hash; sha256 if absent.", "sha256"),
        "encoding": Key(ChoiceForm(("hex", "base64")), "For hmac: how the signature is written; hex if absent.", "hex"),
        "prefix": Key(TextForm(), "For hmac: what stands before the signature, as `sha256=`.", ""),
        "timestamp": Key(TextForm(), "For hmac: the header with the moment of signing, in seconds since 1970.", ""),
        "signed": Key(TextForm(), "For hmac: what is signed, as `{timestamp}.{body}`; the body if absent.", "{body}"),
    },
    "`verify`",
    short="type",
)

DEDUPE: Final = MappingForm(
    {
        "key": Key(ValueForm(), "What is the same in a repeated delivery, as `=request.body.id`.", required=True),
        "keep": Key(SpanForm(), "For how long that is remembered; 3 days if absent."),
    },
    "`dedupe`",
    short="key",
)

INBOX_KEYS: Final = {
    "verify": Key(VERIFY, "Only what this sender has signed is let in; the others get 401.", only=("api",)),
    "dedupe": Key(DEDUPE, "A delivery that has run is answered and not run again when it is repeated.", only=("api",)),
    "ack": Key(
        ChoiceForm(("first", "last")),
        "When it is answered: `first` answers 200 once the delivery is stored, and runs it then; `last` after the run.",
        "last",
        only=("api",),
    ),
}
"""The keys of a workflow's file that say it."""
