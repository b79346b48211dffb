"""What a path means."""

import pytest

from offpage.web.paths import Place, locate


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/api/1.1/wf/paid", Place("", "wf", ("paid",), "1.1")),
        ("/api/1.1/wf/paid/", Place("", "wf", ("paid",), "1.1")),
        ("//api/1.1//wf///paid", Place("", "wf", ("paid",), "1.1")),
        ("/version-test/api/1.1/wf/paid", Place("test", "wf", ("paid",), "1.1")),
        ("/version-live/api/1.1/wf/paid", Place("live", "wf", ("paid",), "1.1")),
        ("/version-12ab/api/1.1/wf/paid", Place("12ab", "wf", ("paid",), "1.1")),
        ("/version-test/api/1.1/wf/paid/initialize", Place("test", "wf", ("paid", "initialize"), "1.1")),
        ("/api/1.1/obj/order/1x2", Place("", "obj", ("order", "1x2"), "1.1")),
        ("/api/1.1", Place("", "", (), "1.1")),
        ("/api", Place("", "api", ())),
        ("/health", Place("", "health", ())),
        ("/fileupload/f1/a.png", Place("", "fileupload", ("f1", "a.png"))),
        ("/", Place("", "", ())),
        ("", Place("", "", ())),
    ],
)
def test_a_path_is_taken_apart(path: str, place: Place) -> None:
    assert locate(path) == place


def test_the_prefix_of_a_branch_is_what_the_path_began_with() -> None:
    assert locate("/version-test/api/1.1/wf/a").prefix == "/version-test"
    assert locate("/api/1.1/wf/a").prefix == ""
