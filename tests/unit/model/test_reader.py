"""The folder as read: documents for what is right, one issue for each thing that is wrong."""

from pathlib import Path

import pytest

from offpage.kernel.issues import Issue
from offpage.model.data_type import resolve_schema
from offpage.model.documents import ParameterDoc
from offpage.model.node import Keys, Mark, Scalar
from offpage.model.reader import FILES as MOST_FILES
from offpage.model.reader import read_files, read_folder
from tests.unit.model.shop import FILES, with_file


def issues_of(files: dict[str, str]) -> list[Issue]:
    """Everything that is wrong with a folder."""
    app, reading = read_files(files)
    return [*reading, *resolve_schema(app)[1]]


def only_issue(name: str, text: str) -> Issue:
    """The single issue of the right folder with one file exchanged or added."""
    found = issues_of(with_file(name, text))
    assert len(found) == 1, [str(one) for one in found]
    return found[0]


def place(issue: Issue) -> str:
    """Where an issue stands: file:line:column address."""
    return f"{issue.file}:{issue.line}:{issue.column} {issue.address}"


def test_a_right_folder_has_no_issues() -> None:
    assert issues_of(dict(FILES)) == []


def test_the_settings_are_those_of_app_yaml() -> None:
    settings = read_files(FILES)[0].settings
    assert (settings.name, settings.time_zone, settings.email_from) == (
        "Shop",
        "Europe/Oslo",
        "Shop <no-reply@shop.test>",
    )
    assert (settings.api.data, settings.api.keys, settings.api.docs) == (True, "label", True)
    assert (settings.limits.recursion_depth, settings.limits.run_seconds) == (0, 12.5)
    assert settings.limits.request_bytes == 50 * 1024 * 1024


def test_a_workflow_is_its_file() -> None:
    paid = read_files(FILES)[0].workflows["paid"]
    assert (paid.id, paid.path, paid.address) == ("paid", "orders/paid", "workflows/orders/paid")
    assert (paid.trigger, paid.auth, paid.method, paid.expose) == ("api", "user", "POST", True)
    assert paid.parameters[2:] == (
        ParameterDoc("note", "text", optional=True, mark=Mark("workflows/orders/paid.yaml", 8, 3)),
        ParameterDoc("tags", "list of text", is_in="query", mark=Mark("workflows/orders/paid.yaml", 9, 3)),
    )
    assert isinstance(paid.only_when, Scalar)
    assert paid.only_when.text == "=order.paid == no"


def test_a_step_knows_its_name_its_properties_and_its_place() -> None:
    first, second = read_files(FILES)[0].workflows["paid"].steps
    assert (first.do, first.name, first.address) == ("change_thing", "paid_order", "workflows/orders/paid/steps/0")
    assert (first.mark.line, second.mark.line) == (14, 20)
    assert first.props is not None
    assert list(first.props.items) == ["thing", "set"]
    assert first.props.items["thing"].mark == Mark("workflows/orders/paid.yaml", 17, 14)
    assert second.only_when is None


@pytest.mark.parametrize("value", ["", "[a]", "x"])
def test_a_wrong_property_of_app_yaml_costs_one_issue_and_keeps_its_default(value: str) -> None:
    app, issues = read_files(
        with_file("app.yaml", f"name: Shop\nlimits: {{recursion_depth: {value}, run_seconds: 7}}\n")
    )
    assert len(issues) == (1 if value else 0)
    assert (app.settings.limits.recursion_depth, app.settings.limits.run_seconds) == (10, 7)


@pytest.mark.parametrize(
    ("file", "text", "where", "says"),
    [
        ("app.yaml", "nam: Shop", "app.yaml:1:1 app/nam", "`nam` is not a key of app.yaml. Did you mean `name`?"),
        ("app.yaml", "time_zone: Europe/Olso", "app.yaml:1:12 app/time_zone", "Did you mean `Europe/Oslo`?"),
        ("app.yaml", "api: {keys: name}", "app.yaml:1:13 app/api/keys", "`name` is not one of id, label."),
        ("app.yaml", "api: yes", "app.yaml:1:6 app/api", "write `key: value` lines"),
        ("app.yaml", "limits:\n  run_seconds: -1", "app.yaml:2:16 app/limits/run_seconds", "a number of at least 0"),
        ("app.yaml", "limits: {list_answer: 1.5}", "app.yaml:1:23 app/limits/list_answer", "a whole number"),
        ("app.yaml", "- a", "app.yaml:1:1 app", "Here stands a list, but a file is a mapping"),
        ("app.yaml", "a: [\nb: 1", "app.yaml:3:1 app", "This is not valid YAML"),
        ("app.yaml", "name: a: b", "app.yaml:1:8 app", "Put quotes around a value that holds `: `"),
        ("app.yaml", "name: A\nname: B", "app.yaml:2:1 app/name", "already on line 1"),
        ("app.yaml", "name: a\n---\nname: b", "app.yaml:2:1 app", "one document"),
        ("app.yaml", "name: &x a", "app.yaml:1:7 app/name", "Anchors"),
        ("app.yaml", "name: !!str a", "app.yaml:1:7 app/name", "Tags"),
        ("app.yaml", "? [a]\n: b", "app.yaml:1:3 app", "A key must be text"),
        ("app.yaml", "name: a\x01", "app.yaml:1:1 app", "control character"),
        ("app.yaml", "name: \ud800", "app.yaml:1:1 app", "not valid Unicode"),
        ("types/Big Order.yaml", "", "types/Big Order.yaml:1:1 types/Big Order", "such as `big_order`"),
        ("types/1st.yaml", "", "types/1st.yaml:1:1 types/1st", "starts with a letter"),
        ("types/now.yaml", "", "types/now.yaml:1:1 types/now", "word of the expression language"),
        ("types/a-b.yaml", "", "types/a-b.yaml:1:1 types/a-b", "rename the file to `a_b`"),
        ("types/text.yaml", "", "types/text.yaml:1:1 types/text", "is the name of a type of value"),
        ("types/" + "x" * 51 + ".yaml", "", None, "at most 50"),
        ("types/a/b.yaml", "", "types/a/b.yaml:1:1 types/a/b", "is not read"),
        ("types/b.yml", "", "types/b.yml:1:1 types/b", "Rename it"),
        ("flows/b.yaml", "", "flows/b.yaml:1:1 flows/b", "Files of an app are app.yaml"),
        (
            "types/item.yaml",
            "fields: {Price: number}",
            "types/item.yaml:1:10 types/item/fields/Price",
            "such as `price`",
        ),
        ("types/item.yaml", "fields: {a__b: number}", "types/item.yaml:1:10 types/item/fields/a__b", "single `_`"),
        (
            "types/item.yaml",
            "fields: {not: number}",
            "types/item.yaml:1:10 types/item/fields/not",
            "word of the expression",
        ),
        (
            "types/item.yaml",
            "fields: {slug: text}",
            "types/item.yaml:1:16 types/item/fields/slug",
            "has a field `slug` already",
        ),
        ("types/item.yaml", "fields: {a: txt}", "types/item.yaml:1:13 types/item/fields/a", "Did you mean `text`?"),
        (
            "types/item.yaml",
            "fields: {a: string}",
            "types/item.yaml:1:13 types/item/fields/a",
            "Here it is called `text`.",
        ),
        (
            "types/item.yaml",
            "fields: {a: list of list of text}",
            "types/item.yaml:1:13 types/item/fields/a",
            "not lists",
        ),
        ("types/item.yaml", "fields: {a: {label: A}}", "types/item.yaml:1:13 types/item/fields/a", "add one, such as"),
        ("types/item.yaml", "fields: {a: }", "types/item.yaml:1:13 types/item/fields/a", "add one, such as"),
        ("types/item.yaml", "fields: {a: [text]}", "types/item.yaml:1:13 types/item/fields/a", "a mapping"),
        (
            "types/item.yaml",
            "fields: [a]",
            "types/item.yaml:1:9 types/item/fields",
            "one `name: …` line for each field",
        ),
        (
            "types/item.yaml",
            "fields: {a: {type: number, default: x}}",
            "types/item.yaml:1:37 types/item/fields/a/default",
            "`x` cannot be read as number",
        ),
        (
            "types/item.yaml",
            "fields: {a: {type: date, default: =now}}",
            "types/item.yaml:1:35 types/item/fields/a/default",
            "An expression cannot stand here",
        ),
        (
            "types/item.yaml",
            "fields: {a: {type: list of text, unique: yes}}",
            "types/item.yaml:1:42 types/item/fields/a/unique",
            "cannot be unique",
        ),
        (
            "types/item.yaml",
            "fields: {a: {type: text, unique: yes, default: b}}",
            "types/item.yaml:1:48 types/item/fields/a/default",
            "cannot have a default",
        ),
        (
            "types/item.yaml",
            "privacy: {a: {veiw: all}}",
            "types/item.yaml:1:15 types/item/privacy/a/veiw",
            "Did you mean `view`?",
        ),
        (
            "types/item.yaml",
            "privacy: {a: {view: [id, prize]}}\nfields: {price: number}",
            "types/item.yaml:1:26 types/item/privacy/a/view/1",
            "There is no field `prize`. Did you mean `price`?",
        ),
        ("types/user.yaml", "fields: {email: text}", "types/user.yaml:1:17 types/user/fields/email", "already"),
        (
            "options/status.yaml",
            "options: {open: {colour: x}}",
            "options/status.yaml:1:18 options/status/options/open/colour",
            "no attribute",
        ),
        (
            "options/status.yaml",
            "options: {open: {label: A}, b: A}",
            "options/status.yaml:1:32 options/status/options/b",
            "has the label `A` too",
        ),
        (
            "options/kind.yaml",
            "attributes: {n: number}\noptions: {open: {n: x}}",
            "options/kind.yaml:2:21 options/kind/options/open/n",
            "cannot be read as number",
        ),
        (
            "options/kind.yaml",
            "attributes: {n: order}",
            "options/kind.yaml:1:17 options/kind/attributes/n",
            "cannot refer to things",
        ),
        (
            "options/kind.yaml",
            "attributes: {id: text}",
            "options/kind.yaml:1:18 options/kind/attributes/id",
            "choose another id",
        ),
        ("options/item.yaml", "", "options/item.yaml:1:1 options/item", "would mean two things"),
        ("options/user.yaml", "", "options/user.yaml:1:1 options/user", "would mean two things"),
        ("workflows/x.yaml", "triger: api", "workflows/x.yaml:1:1 workflows/x/triger", "Did you mean `trigger`?"),
        (
            "workflows/x.yaml",
            "trigger: webhook",
            "workflows/x.yaml:1:10 workflows/x/trigger",
            "one of api, data_change",
        ),
        ("workflows/x.yaml", "method: post", "workflows/x.yaml:1:9 workflows/x/method", "Did you mean `POST`?"),
        ("workflows/x.yaml", "cron: '* * * * *'", "workflows/x.yaml:1:1 workflows/x/cron", "`cron` does nothing here"),
        (
            "workflows/x.yaml",
            "parameters: {now: text}",
            "workflows/x.yaml:1:14 workflows/x/parameters/now",
            "word of the expression",
        ),
        (
            "workflows/x.yaml",
            "parameters: {a b: text}",
            "workflows/x.yaml:1:14 workflows/x/parameters/a b",
            "such as `a_b`",
        ),
        (
            "workflows/x.yaml",
            "steps: [{do: a, onlywhen: =b}]",
            "workflows/x.yaml:1:17 workflows/x/steps/0/onlywhen",
            "only_when",
        ),
        (
            "workflows/x.yaml",
            "steps: [create_thing]",
            "workflows/x.yaml:1:9 workflows/x/steps/0",
            "`- do: create_thing`",
        ),
        ("workflows/x.yaml", "steps: [{with: {}}]", "workflows/x.yaml:1:9 workflows/x/steps/0", "no action"),
        (
            "workflows/x.yaml",
            "steps: [{do: a, with: b}]",
            "workflows/x.yaml:1:23 workflows/x/steps/0/with",
            "`name: value` lines",
        ),
        (
            "workflows/x.yaml",
            "steps: [{do: a, as: this}]",
            "workflows/x.yaml:1:21 workflows/x/steps/0/as",
            "another name",
        ),
        (
            "workflows/x.yaml",
            "steps: [{do: a, as: r}, {do: b, as: r}]",
            "workflows/x.yaml:1:37 workflows/x/steps/1/as",
            "already called",
        ),
        ("workflows/x.yaml", "response: redirect", "workflows/x.yaml:1:11 workflows/x/response", "must say where to"),
        ("workflows/x.yaml", "redirect: {succes: a}", "workflows/x.yaml:1:12 workflows/x/redirect/succes", "`success`"),
        (
            "workflows/y/paid.yaml",
            "steps: []",
            "workflows/y/paid.yaml:1:1 workflows/y/paid",
            "workflows/orders/paid.yaml is already called `paid`",
        ),
    ],
)
def test_one_mistake_is_one_issue_that_says_where_and_what_to_do(
    file: str, text: str, where: str | None, says: str
) -> None:
    broken = only_issue(file, text)
    assert says in broken.message
    if where:
        assert place(broken) == where


def test_all_mistakes_of_a_folder_are_listed_at_once() -> None:
    files = with_file("types/item.yaml", "fields: {a: txt, b: numbr}\nx: 1")
    files["workflows/cleanup.yaml"] = "trigger: nothing\nsteps: [{do: a, ass: b}]"
    files["app.yaml"] = "["
    assert [one.file for one in issues_of(files)] == [
        "app.yaml",
        *["workflows/cleanup.yaml"] * 2,
        *["types/item.yaml"] * 3,
    ]


def test_a_file_with_a_syntax_error_costs_only_itself() -> None:
    app, issues = read_files(with_file("workflows/orders/paid.yaml", "steps: [\n"))
    assert len(issues) == 1
    assert set(app.workflows) == {"cleanup"}
    assert set(app.types) == {"order", "item"}


def test_a_missing_app_yaml_is_an_issue() -> None:
    _, issues = read_files({"types/a.yaml": ""})
    assert [place(one) for one in issues] == ["app.yaml:1:1 app"]


def test_later_kinds_of_step_keep_all_their_keys() -> None:
    app, issues = read_files(with_file("workflows/x.yaml", "steps:\n  - steps:\n      - do: a\n    only_when: =b\n"))
    assert not len(issues)
    (step,) = app.workflows["x"].steps
    assert step.keys is not None
    assert isinstance(step.keys.items["steps"].mark.line, int)


def test_detected_request_data_and_redirects_are_kept_as_nodes() -> None:
    text = (
        "response: redirect\nredirect: {success: https://a.test}\nrequest_data: {headers: yes, sample: {a: {b: 1}}}\n"
    )
    app, issues = read_files(with_file("workflows/x.yaml", text))
    assert not len(issues)
    workflow = app.workflows["x"]
    assert workflow.response == "redirect"
    assert workflow.redirect is not None
    assert list(workflow.redirect.items) == ["success"]
    assert workflow.request_data is not None
    assert isinstance(workflow.request_data.items["sample"], Keys)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    """A folder on disk."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_on_disk_reads_as_its_texts(tmp_path: Path) -> None:
    write(tmp_path, {name: text.encode() for name, text in FILES.items()})
    write(
        tmp_path,
        {".git/config": b"\xff", ".offpage/x.yaml": b"\xff", "README.md": b"#", "docs/a.yaml": b"[", ".env": b"A=1"},
    )
    app, issues = read_folder(tmp_path)
    assert not list(issues)
    assert app == read_files(FILES)[0]


def test_what_is_no_text_or_stands_elsewhere_on_disk_is_said(tmp_path: Path) -> None:
    write(
        tmp_path, {"app.yaml": b"\xef\xbb\xbfname: A\n", "types/a.yaml": b"fields:\n  x: \xff\n", "types/a.json": b"{}"}
    )
    write(tmp_path, {"other.yml": b"", "options/big.yaml": b" " * 4_000_001})
    app, issues = read_folder(tmp_path)
    assert app.settings.name == "A"
    assert sorted((one.file, one.line, one.severity) for one in issues) == [
        ("options/big.yaml", 1, "error"),
        ("other.yml", 1, "warning"),
        ("types/a.json", 1, "warning"),
        ("types/a.yaml", 2, "error"),
    ]


def test_a_folder_that_is_not_there_is_an_issue(tmp_path: Path) -> None:
    _, issues = read_folder(tmp_path / "nowhere")
    assert ["There is no folder" in one.message for one in issues] == [True]


def test_more_files_than_an_app_can_have_are_an_issue(tmp_path: Path) -> None:
    write(tmp_path, {"app.yaml": b"", **{f"types/t{index}.yaml": b"" for index in range(MOST_FILES)}})
    app, issues = read_folder(tmp_path)
    assert ["more than" in one.message for one in issues] == [True]
    assert len(app.types) == MOST_FILES - 1


def test_a_link_inside_the_folder_is_read_and_one_that_leads_out_of_it_is_an_issue(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "far.yaml").write_text("trigger: api\nsteps: []\n")
    folder = tmp_path / "app"
    for name in ("workflows/sub", "types"):
        (folder / name).mkdir(parents=True)
    (folder / "app.yaml").write_text("name: Links\n")
    (folder / ".env").write_text("KEY=secret\n")
    (folder / "workflows" / "near.yaml").write_text("trigger: api\nsteps: []\n")
    (folder / "workflows" / "same.yaml").symlink_to("near.yaml")
    (folder / "workflows" / "sub" / "out.yaml").symlink_to(tmp_path / "elsewhere" / "far.yaml")
    (folder / "workflows" / "env.yaml").symlink_to(folder / ".env")
    (folder / "workflows" / "all").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    app, issues = read_folder(folder)
    assert sorted(app.workflows) == ["near", "same"]
    assert [one for one in app.files if "out" in one or "env" in one or "far" in one] == []
    assert [(one.file, one.message.partition(",")[0]) for one in issues.errors] == [
        ("workflows/all", "This folder is a link"),
        ("workflows/env.yaml", "This file is a link that leads out of the app's files"),
        ("workflows/sub/out.yaml", "This file is a link that leads out of the app's files"),
    ]
    (tmp_path / "linked").symlink_to(folder, target_is_directory=True)  # the folder itself may be one
    assert sorted(read_folder(tmp_path / "linked")[0].workflows) == ["near", "same"]
