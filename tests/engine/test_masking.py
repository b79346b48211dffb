"""Secrets in records: masked as data, keys too, also where a long text is cut; and never in what callers are told."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from html import escape
from urllib.parse import quote, quote_plus

import msgspec
import pytest

from offpage.engine.masking import MASK, masker
from offpage.program.tracing import LONGEST_TEXT, shorten
from tests.engine.conftest import Bench

Make = Callable[..., Bench]

GO = """
auth: none
parameters: {t: text}
steps:
  - {do: create_thing, as: made, with: {type: order, set: {number: "{{ secret.KEY }}{{ t }}", paid: yes}}}
  - {do: return_data, with: {values: {paid: =made.paid, t: "{{ t }}{{ secret.KEY }}{{ t }}"}}}
"""


def test_a_secret_that_is_also_a_word_leaves_records_readable(bench: Make) -> None:
    app = bench({"workflows/go.yaml": GO}, {"KEY": "true", "OTHER": "done", "THIRD": "json", "FOURTH": "return_data"})
    outcome = app.call("go", t="x")
    made, answered = app.journal(outcome.run_id)
    assert (made["state"], made["inputs"]["set"]["paid"]) == ("done", True)
    assert made["inputs"]["set"]["number"] == f"{MASK}x"
    assert answered["do"] == "return_data"
    answer = msgspec.json.decode(app.run(outcome.run_id).answer or "")
    assert (answer["kind"], answer["values"]["paid"], answer["values"]["t"]) == ("json", True, f"x{MASK}x")


def test_a_secret_at_the_place_where_a_text_is_cut_is_not_shown_in_part(bench: Make) -> None:
    app = bench({"workflows/go.yaml": GO}, {"KEY": "supersecretvalue"})
    outcome = app.call("go", t="y" * (LONGEST_TEXT - 10))
    record = app.run(outcome.run_id)
    assert "supe" not in "".join(str(part) for part in record)


@pytest.mark.parametrize("before", range(LONGEST_TEXT - 20, LONGEST_TEXT + 2))
def test_wherever_a_text_is_cut_no_part_of_a_secret_is_left(before: int) -> None:
    cut = shorten("y" * before + "supersecretvalue" + "z" * 100)
    assert "supe" not in masker({"KEY": "supersecretvalue"}).text({"text": cut})


def test_keys_are_masked_too() -> None:
    data = {"supersecretvalue": [{"a supersecretvalue b": 1}]}
    assert msgspec.json.decode(masker({"KEY": "supersecretvalue"}).text(data)) == {MASK: [{f"a {MASK} b": 1}]}


def test_numbers_and_words_of_json_are_no_text() -> None:
    data = {"a": 12345, "b": True, "c": None, "d": "12345"}
    masks = masker({"A": "12345", "B": "true", "C": "null"})
    assert msgspec.json.decode(masks.text(data)) == {"a": 12345, "b": True, "c": None, "d": MASK}


def test_what_a_run_hides_is_hidden_in_keys_and_alone_however_short() -> None:
    data = {"pw": "a supersecretvalue", "supersecretvalue": "x", "short": "pw", "other": "pwd"}
    kept = msgspec.json.decode(masker({}).text(data, ["supersecretvalue", "pw"]))
    assert "supersecretvalue" not in str(kept)
    assert kept["short"] == MASK
    assert kept["other"] == "pwd"


def test_the_sentence_of_an_error_tells_its_caller_no_secret(bench: Make) -> None:
    app = bench({"workflows/go.yaml": GO}, {"KEY": "supersecretvalue"})
    app.call("go", t="x")
    outcome = app.call("go", t="x")
    assert outcome.error is not None
    assert outcome.error.code == "NOT_UNIQUE"
    assert MASK in outcome.error.message
    everything = f"{outcome.error.message} {outcome.error.details} {outcome.error} {app.run(outcome.run_id)}"
    assert "supersecret" not in everything


KEY = "sk/live+Zq81 x&7é"


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("after", range(3))
def test_a_secret_is_masked_wherever_it_stands_in_base64(before: int, after: int) -> None:
    encoded = base64.b64encode(b"u" * before + KEY.encode() + b"v" * after).decode()
    shown = masker({"KEY": KEY}).text({"echo": f"Basic {encoded}"})
    assert base64.b64encode(KEY.encode()).decode()[4:16] not in shown
    assert encoded not in shown
    assert "•••" in shown


@pytest.mark.parametrize(
    "encode", [quote, quote_plus, lambda key: quote(key, safe=""), escape, lambda key: key.encode().hex(), json.dumps]
)
def test_a_secret_is_masked_in_every_usual_form(encode: Callable[[str], str]) -> None:
    masks = masker({"KEY": KEY})
    assert "Zq81" not in masks.text({"url": f"https://x.test/?k={encode(KEY)}&l=1"})
    assert encode(KEY).strip('"') not in masks.text({"url": [encode(KEY)]})


def test_secrets_that_the_program_does_not_use_are_masked_as_they_are() -> None:
    masks = masker({})
    masks.take({"A": "secret-one", "B": "secret-two"}, {"A"})
    told = masks.text(
        ["secret-one secret-two", base64.b64encode(b"secret-one").decode(), base64.b64encode(b"secret-two").decode()]
    )
    assert told == json.dumps(["••• •••", "•••Q==", "c2VjcmV0LXR3bw=="], separators=(",", ":"), ensure_ascii=False)


def test_many_secrets_are_looked_for_at_once_and_none_is_missed() -> None:
    secrets = {f"K{n}": f"key-{n}-{n * n}-of-many" for n in range(600)}
    masks = masker(secrets)
    assert all(masks.text({"x": f"a {one} b"}) == '{"x":"a ••• b"}' for one in secrets.values())
    assert masks.text({"x": "nothing"}) == '{"x":"nothing"}'
