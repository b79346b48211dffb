"""What people and programs are shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rich.console import Console

from offpage.cli.printing import Printer, as_json, plain
from offpage.cli.trace import draw_run

RECORD: dict[str, Any] = {
    "id": "1700000000000x000000000000000001",
    "workflow": "create_order",
    "address": "workflows/create_order",
    "state": "failed",
    "trigger": "api",
    "workload": 2.25,
    "parameters": {"name": "Ada [bold]", "amount": 12.0},
    "journal": [
        {
            "address": "workflows/create_order/steps/0",
            "step": 0,
            "do": "create_thing",
            "state": "done",
            "at": 0.0,
            "ms": 0.25,
            "workload": 1.5,
            "condition": True,
            "inputs": {"type": "order", "set": {"name": "Ada"}},
            "result": "1700000000000x000000000000000002",
        },
        {"address": "workflows/create_order/steps/1", "step": 1, "do": "delete_thing", "state": "skipped", "condition": False},
        {
            "address": "workflows/create_order/steps/2",
            "step": 2,
            "do": "change_thing",
            "state": "failed",
            "ms": 1.0,
            "error": {"code": "NOT_UNIQUE", "message": "Another Order already has it."},
        },
    ],
    "answer": {"text": "", "values": {}},
    "error": {"code": "NOT_UNIQUE", "message": "Another Order already has it."},
}  # fmt: skip


def drawn(record: dict[str, Any]) -> str:
    console = Console(width=160, color_system=None, highlight=False)
    with console.capture() as capture:
        draw_run(console, record)
    return capture.get()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "empty"),
        (True, "yes"),
        (12.0, "12"),
        (1.5, "1.5"),
        ("Ærø", "Ærø"),
        ("a\x1b[31mb", '"a\\u001b[31mb"'),
        ("", '""'),
        (" a ", '" a "'),
        ("two\nlines", '"two\\nlines"'),
        ({"a": [1, "ø"]}, '{"a": [1, "ø"]}'),
        ({"a": "\x9b"}, '{"a": "\\u009b"}'),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_a_value_takes_one_line_and_cannot_steer_the_terminal(value: object, text: str) -> None:
    assert plain(value) == text


def test_a_program_gets_one_line_for_each_record() -> None:
    assert as_json({"a": "ø\n"}) == '{"a":"ø\\n"}'


def test_human_text_and_json_lines_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    for printer in (Printer(False), Printer(True)):
        printer.text("for people")
        printer.data({"for": "programs"})
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "for people"
    assert [json.loads(line) for line in out[1:]] == [{"for": "programs"}]


def test_a_run_is_drawn_with_every_step_condition_input_result_and_error() -> None:
    text = drawn(RECORD)
    for words in (
        "create_order  failed",
        "workload 2.25",
        "name:  Ada [bold]",
        "amount:  12",
        "workflows/create_order/steps/0  create_thing  done  condition: yes  0.25 ms  workload 1.50",
        "type:  order",
        "→  1700000000000x000000000000000002",
        "steps/1  delete_thing  skipped  condition: no",
        "NOT_UNIQUE  Another Order already has it.",
    ):
        assert words in text, words


def test_a_run_that_answered_is_drawn_with_its_answer() -> None:
    record = RECORD | {
        "state": "finished",
        "error": None,
        "answer": {"text": "", "values": {"id": "1x2"}, "status": 201},
    }
    text = drawn(record)
    assert "status:  201" in text
    assert "id:  1x2" in text
    assert text.count("NOT_UNIQUE") == 1


def test_a_run_whose_condition_did_not_hold_says_so() -> None:
    text = drawn(RECORD | {"state": "skipped", "journal": [], "error": None, "answer": None})
    assert "the workflow's condition did not hold" in text
