"""Whatever stands in the files of an app, reading gives documents and issues, never an exception."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offpage.kernel.issues import Issues
from offpage.model.data_type import resolve_schema
from offpage.model.documents import App
from offpage.model.reader import read_files, read_folder
from offpage.model.snapshot import canonical, freeze, thaw
from offpage.model.yaml_text import DEPTH
from tests.unit.model.shop import FILES

NAMES = st.one_of(
    st.sampled_from([*FILES, "types/user.yaml", "options/order.yaml", "types/text.yaml", "x.yaml", "types/a/b.yaml"]),
    st.builds(
        "{}/{}.yaml".format, st.sampled_from(["types", "options", "workflows", "connectors"]), st.text(max_size=8)
    ),
    st.text(min_size=1, max_size=20),
)
YAML_PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "a",
                "b: ",
                ": ",
                "- ",
                "? ",
                "{",
                "}",
                "[",
                "]",
                ", ",
                "&x ",
                "*x",
                "<<: ",
                "!!str ",
                "! ",
                "|\n",
                ">-\n",
            ),
            *(
                "\n",
                "\n  ",
                "\n    ",
                "'",
                '"',
                "#",
                "---\n",
                "...\n",
                "%YAML 1.1\n",
                "\t",
                "=",
                "yes",
                "~",
                ".inf",
                "0x1",
            ),
            *("type", "fields", "steps", "options", "privacy", "label", "1e999", "9" * 400, "\x00", "\x85", "\ufeff"),
        ]
    ),
    max_size=60,
).map("".join)
TEXTS = st.one_of(st.text(max_size=200), YAML_PIECES)


def read_all(files: dict[str, str]) -> tuple[App, list[Issues]]:
    """Read and resolve; check what every issue must have."""
    app, reading = read_files(files)
    _, resolving = resolve_schema(app)
    for issue in (*reading, *resolving):
        assert issue.file, issue
        assert issue.line >= 1, issue
        assert issue.address, issue
        assert issue.message.endswith((".", ")", "?")), issue
        assert len(issue.message) < 1_000, issue
        assert len(files.get(issue.file, "").splitlines()) + 1 >= issue.line, issue
    return app, [reading, resolving]


@given(files=st.dictionaries(NAMES, TEXTS, max_size=4))
def test_any_text_as_files_gives_documents_and_issues(files: dict[str, str]) -> None:
    app, _ = read_all(files)
    frozen = freeze(app)
    assert canonical(thaw(frozen.content)) == canonical(app)


@st.composite
def mutations(draw: st.DrawFn) -> dict[str, str]:
    """The valid folder with a few pieces of its texts cut out, doubled or exchanged."""
    files = dict(FILES)
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(sorted(files)))
        text = files[name]
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        piece = draw(st.one_of(TEXTS, st.just(""), st.just(text[start:end] * 2)))
        files[name] = text[:start] + piece + text[end:]
    return files


@given(files=mutations())
@settings(max_examples=300)
def test_a_damaged_folder_gives_documents_and_issues(files: dict[str, str]) -> None:
    read_all(files)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str]:
    """The valid folder where the value of one line is another kind of value."""
    name = draw(st.sampled_from(sorted(FILES)))
    lines = FILES[name].splitlines()
    at = draw(st.sampled_from([index for index, line in enumerate(lines) if ":" in line]))
    other = draw(
        st.sampled_from(
            ["", "12", "[]", "{}", "[{}]", "{a: [b]}", "[[a]]", "yes", "=x", "''", "{? : }", "-1e9", "2020-01-01"]
        )
    )
    lines[at] = lines[at].split(":")[0] + ": " + other
    return {**FILES, name: "\n".join(lines) + "\n"}


@given(files=trees())
@settings(max_examples=300)
def test_a_value_of_another_kind_gives_documents_and_issues(files: dict[str, str]) -> None:
    app, _ = read_all(files)
    broken = next(name for name in files if files[name] != FILES[name]) if files != FILES else ""
    for name in FILES:
        if name.startswith("workflows/") and name != broken:
            assert name.rsplit("/", 1)[1].removesuffix(".yaml") in app.workflows


@given(
    data=st.binary(max_size=300),
    name=st.sampled_from(["app.yaml", "types/order.yaml", "workflows/a/b.yaml", "types/x.txt"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_in_a_folder_give_documents_and_issues(tmp_path: Path, data: bytes, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    _, issues = read_folder(tmp_path)
    assert all(issue.file and issue.line >= 1 for issue in issues)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 50_000,
        "- " * 50_000,
        "? " * 50_000,
        "".join(" " * depth + "a:\n" for depth in range(1_000)),
        "a: " + "x" * 1_999_990,
        "[" + "a, " * 500_000 + "]",
        "\n".join(f"k{index}: {index}" for index in range(150_000)),
        "a: &a [x, x, x]\n" + "\n".join(f"b{n}: &b{n} [*a, *a, *a]" for n in range(100)),
        "k: " + '"' + "\\" * 100_000,
        "a: |\n" + "  x\n" * 300_000,
        "!" * 50_000,
        "#" * 3_000_000,
    ],
    ids=lambda text: text[:12].replace("\n", " "),
)
@pytest.mark.timeout(20)
def test_a_huge_or_deep_file_is_read_or_refused_in_bounded_time(text: str) -> None:
    app, (reading, _) = read_all({**FILES, "types/order.yaml": text})
    assert {one.file for one in reading} <= {"types/order.yaml"}
    assert set(app.workflows) == {"paid", "cleanup"}


def test_nesting_is_allowed_up_to_the_limit() -> None:
    deep = "a: " + "[" * (DEPTH - 2) + "]" * (DEPTH - 2)
    _, (reading, _) = read_all({**FILES, "connectors/deep.yaml": deep})
    assert not len(reading)


@pytest.mark.skipif(os.name != "posix", reason="needs links and unreadable names")
def test_odd_things_in_a_folder_do_not_stop_the_reading(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "types" / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "workflows" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "types" / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "options" / "pipe.yaml")
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/types/\xff.yaml"))).write_text("fields: {}")
    app, issues = read_folder(tmp_path)
    assert set(app.types) == {"order", "item"}
    assert all(issue.file and issue.line >= 1 for issue in issues)
