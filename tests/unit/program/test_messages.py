"""One mistake gives one issue, at its place, and the issue says what to write instead."""

from __future__ import annotations

import pytest

from offpage.expr.checking import there_are
from tests.unit.program.broken import issues_of, resolved, workflow

STEPS = """
auth: none
parameters: {title: text, amount: number, day: date, task: task}
steps:
  - do: create_thing
    as: made
    with:
      type: task
      set: {title: VALUE}
"""


def one(body: str, **files: str) -> str:
    """The only issue of a workflow."""
    (found,) = issues_of(workflow(body, **files))
    return found


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ('="a" if amount > 1 ? 2 : 3', "Write a choice as: a if condition else b."),
        ('=amount > 1 ? "a" : "b"', "Write a choice as: a if condition else b."),
        ('=if(amount > 1, "a", "b")', "Write a choice as: a if condition else b."),
        ("hello {{ title", "is not closed"),
        ('=day.rounded_down_to("mnth").as_text', "Did you mean 'month'?"),
        ('=day.extract("weekdy").as_text', "Did you mean 'weekday'?"),
        ('=title.extract("(").first', "no regular expression"),
        ('=title.replace_pattern("[", "x")', "no regular expression"),
    ],
)
def test_a_mistake_in_an_expression_is_one_issue_that_says_what_to_write(value: str, says: str) -> None:
    found = one(STEPS.replace("{title: VALUE}", "\n        title: '" + value.replace("'", "''") + "'"))
    assert found.startswith("workflows/w/steps/0/with/set/title: ")
    assert says in found


@pytest.mark.parametrize(("symbol", "word"), [("&&", "and"), ("||", "or")])
def test_the_symbols_of_other_languages_are_one_issue(symbol: str, word: str) -> None:
    found = one(f"parameters: {{amount: number}}\nonly_when: =amount > 1 {symbol} amount < 3\nsteps: []\n")
    assert f"Write {word} instead of {symbol}." in found


def test_a_condition_without_its_sign_says_to_begin_with_it() -> None:
    found = one('parameters: {title: text}\nonly_when: title == "a"\nsteps: []\n')
    assert found.startswith("workflows/w/only_when: ")
    assert found.endswith("To compute it, begin with `=`.")


def test_a_field_without_this_says_to_write_it() -> None:
    found = one("auth: none\nsteps: [{do: return_data, with: {text: '=search(task, done == no).count.as_text'}}]\n")
    assert "write this.done" in found


def test_a_misspelt_change_of_a_field_says_what_was_meant() -> None:
    found = one(STEPS.replace("{title: VALUE}", "{points: {increse: 1}}"))
    assert found == ("workflows/w/steps/0/with/set/points: `increse` is no change of a field. Did you mean `increase`?")


@pytest.mark.parametrize(
    "written", ["paramters: {title: text}", "parameters: {title: {typ: text}}", "parameters: {title: txt}"]
)
def test_a_mistake_in_the_parameters_is_one_issue_and_not_one_for_each_use(written: str) -> None:
    files = workflow(
        f"{written}\nonly_when: =title.is_empty\nsteps: [{{do: return_data, with: {{text: =title.trimmed}}}}]\n"
    )
    errors = [issue for issue in resolved(files)[1] if "typ" not in issue.address or "typ" in written]
    assert len({(issue.line, issue.address.split("/")[2]) for issue in errors}) == 1


def test_two_results_of_one_name_are_one_issue() -> None:
    step = "  - {do: create_thing, as: made, with: {type: task}}\n"
    assert "already called `made`" in one(f"auth: none\nsteps:\n{step}{step}")


def test_an_option_that_there_is_not_lists_those_that_there_are() -> None:
    found = one(STEPS.replace("{title: VALUE}", "{status: opn}"))
    assert "Did you mean `open`? Its options: open, done." in found


def test_a_word_that_is_none_of_a_few_lists_them_once() -> None:
    assert one("auth: nobody\nsteps: []\n").count("admin") == 1


def test_an_unknown_key_lists_the_keys() -> None:
    found = one("zzzzzz: 1\nsteps: []\n")
    assert "Its keys: " in found
    assert "only_when" in found


def test_a_status_that_is_none_is_found_before_it_runs() -> None:
    assert "200 to 599, not 999" in one("auth: none\nsteps: [{do: return_data, with: {status: 999}}]\n")


def test_wrong_indentation_is_called_so() -> None:
    (found,) = issues_of({"workflows/w.yaml": "auth: none\nsteps: []\n  method: GET\n"})
    assert "ndentation" in found or "quotes" in found


@pytest.mark.parametrize(
    ("value", "says"),
    [("title.trimmed", "begin with `=`"), ("""'="{{ title }}"'""", "is not filled in inside an expression")],
)
def test_what_looks_forgotten_is_warned_about_and_runs(value: str, says: str) -> None:
    program, issues = resolved(workflow(STEPS.replace("{title: VALUE}", f"\n        title: {value}")))
    (issue,) = issues
    assert (issue.severity, issue.line) == ("warning", 9)
    assert says in issue.message
    assert set(program.workflows) == {"w"}


@pytest.mark.parametrize("value", ["Hello.", "www.example.com", "title", "x.y", "https://x.test/a.b"])
def test_plain_text_is_not_suspected(value: str) -> None:
    assert issues_of(workflow(STEPS.replace("{title: VALUE}", f"\n        title: {value}"))) == []


def test_an_issue_of_an_expression_says_where_its_place_begins_and_ends() -> None:
    text = "parameters: {amount: number}\nonly_when: =amount > totl\nsteps: []\n"
    (issue,) = resolved({"workflows/w.yaml": text})[1]
    line = text.splitlines()[1]
    assert line[issue.column - 1 : issue.end_column - 1] == "totl"


@pytest.mark.parametrize(
    ("names", "says"),
    [([], "There are none."), (["user"], "There is only user."), (["a", "b"], "There are a, b.")],
)
def test_one_is_not_spoken_of_as_many(names: list[str], says: str) -> None:
    assert there_are(names) == says
