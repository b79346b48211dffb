"""The Workflow API as Bubble documents it; each test names its section of the reference of Bubble's behaviour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from offpage.kernel.ids import is_id
from tests.asgi import Seen
from tests.site import Served, play

APP = {
    "options/status.yaml": """
        options:
          open: {label: Open}
          paid: {label: Paid}
        """,
    "types/order.yaml": "fields: {name: text, paid: {type: yes_no, default: no}}\n",
    "types/customer.yaml": "fields: {name: text}\n",
    "workflows/plain.yaml": "trigger: api\nauth: none\nsteps: []\n",
    "workflows/hidden.yaml": "trigger: api\nauth: none\nexpose: no\nsteps: []\n",
    "workflows/by_default.yaml": "trigger: api\nsteps: []\n",
    "workflows/admin_only.yaml": "trigger: api\nauth: admin\nsteps: []\n",
    "workflows/reading.yaml": """
        trigger: api
        method: GET
        auth: none
        parameters: {name: text, times: {type: number, optional: yes}}
        steps:
          - do: return_data
            with: {values: {name: =name, times: =times}}
        """,
    "workflows/values.yaml": """
        trigger: api
        auth: none
        ignore_privacy: yes
        parameters:
          text: {type: text, optional: yes}
          number: {type: number, optional: yes}
          yes_no: {type: yes_no, optional: yes}
          date: {type: date, optional: yes}
          place: {type: address, optional: yes}
          file: {type: file, optional: yes}
          thing: {type: order, optional: yes}
          things: {type: list of order, optional: yes}
          texts: {type: list of text, optional: yes}
          status: {type: status, optional: yes}
          page: {type: number, optional: yes, in: query}
        steps:
          - do: return_data
            with:
              values:
                text: =text
                number: =number
                yes_no: =yes_no
                date: =date
                place: =place
                file: =file
                thing: =thing.id
                things: =things.each(this.id)
                texts: =texts
                status: =status
                page: =page
        """,
    "workflows/required.yaml": """
        trigger: api
        auth: none
        parameters: {email: text, amount: number}
        steps: []
        """,
    "workflows/make.yaml": """
        trigger: api
        auth: none
        steps:
          - do: create_thing
            as: order
            with: {type: order, set: {name: A}}
          - do: create_thing
            as: customer
            with: {type: customer, set: {name: B}}
          - do: return_data
            with: {values: {order: =order.id, customer: =customer.id}}
        """,
    "workflows/text.yaml": """
        trigger: api
        auth: none
        steps:
          - do: return_data
            with: {text: "Hello"}
        """,
    "workflows/xml.yaml": """
        trigger: api
        auth: none
        steps:
          - do: return_data
            with: {content: "<a/>", content_type: "text/xml"}
        """,
    "workflows/long.yaml": """
        trigger: api
        auth: none
        parameters: {items: list of number}
        steps:
          - do: return_data
            with: {values: {items: =items}}
        """,
    "workflows/never.yaml": "trigger: api\nauth: none\nonly_when: =1 == 2\nsteps: []\n",
    "workflows/never_200.yaml": """
        trigger: api
        auth: none
        only_when: =1 == 2
        return_200_if_skipped: yes
        steps: []
        """,
    "workflows/redirecting.yaml": """
        trigger: api
        auth: none
        response: redirect
        redirect: {success: "https://shop.test/thanks", error: "https://shop.test/oops"}
        parameters: {name: text}
        only_when: =name != "skip"
        steps:
          - do: return_data
            with: {values: {name: =name}}
        """,
}


@pytest.fixture
def site(tmp_path: Path) -> Any:
    """Sends one request to the app, freshly started."""

    def ask_one(method: str, address: str, body: Any = None, **more: Any) -> Seen:
        async def story(served: Served) -> Seen:
            return await served.ask(method, address, json=body, **more)

        return play(tmp_path, APP, story)

    return ask_one


@pytest.mark.parametrize(
    "path",
    ["/api/1.1/wf/plain", "/version-test/api/1.1/wf/plain", "/version-live/api/1.1/wf/plain", "//api/1.1//wf/plain/"],
)
def test_1_1_and_15_a_workflow_answers_in_both_environments_however_its_path_is_written(site: Any, path: str) -> None:
    assert site("POST", path).status == 200


def test_1_1_names_are_case_sensitive(site: Any) -> None:
    assert site("POST", "/api/1.1/wf/Plain").status == 404


def test_1_2_a_workflow_that_is_not_exposed_has_no_address(site: Any) -> None:
    seen = site("POST", "hidden")
    assert (seen.status, seen.json["statusCode"], seen.json["body"]["status"]) == (404, 404, "NOT_FOUND")


def test_1_2_a_new_workflow_needs_a_token(site: Any) -> None:
    assert site("POST", "by_default").status == 401


def test_1_3_the_caller_is_checked_before_the_method_and_the_method_before_the_parameters(site: Any) -> None:
    assert site("GET", "admin_only").status == 401
    assert site("GET", "required").status == 405
    assert site("POST", "required", {}).status == 400


def test_1_3_what_is_called_over_http_is_never_queued(tmp_path: Path) -> None:
    async def story(served: Served) -> dict[str, int]:
        await served.post("plain")
        return served.counts("op_runs", "op_queue")

    assert play(tmp_path, APP, story) == {"op_runs": 1, "op_queue": 0}


def test_1_4_a_get_workflow_reads_its_parameters_from_the_query(site: Any) -> None:
    seen = site("GET", "reading?name=A%20B&times=3")
    assert seen.json["response"] == {"name": "A B", "times": 3}


def test_1_4_a_query_parameter_of_a_post_workflow_is_not_read_from_the_body(site: Any) -> None:
    assert site("POST", "values?page=2", {"page": 9}).json["response"]["page"] == 2


ACCEPTED: list[tuple[str, Any, Any]] = [
    ("text", "a", "a"),
    ("number", 1.5, 1.5),
    ("number", "1.5", 1.5),
    ("yes_no", True, True),
    ("yes_no", "yes", True),
    ("yes_no", "False", False),
    ("date", "Wed Jan 13 2016", "2016-01-13T00:00:00.000Z"),
    ("date", "01/13/2016", "2016-01-13T00:00:00.000Z"),
    ("date", "Wed Jan 13 2016 16:45:09 GMT-0500 (EST)", "2016-01-13T21:45:09.000Z"),
    ("date", "2016-01-13T16:45:09.123Z", "2016-01-13T16:45:09.123Z"),
    ("date", 1453398788637, "2016-01-21T17:53:08.637Z"),
    ("date", "1453398788637", "2016-01-21T17:53:08.637Z"),
    ("place", {"address": "A", "lat": 1.5, "lng": 2}, {"address": "A", "lat": 1.5, "lng": 2}),
    ("file", "https://a.test/b.png", "https://a.test/b.png"),
    ("texts", ["a", "b"], ["a", "b"]),
    ("status", "Paid", "Paid"),
]


@pytest.mark.parametrize(("name", "sent", "received"), ACCEPTED)
def test_1_4_the_documented_ways_to_write_a_value_are_accepted(site: Any, name: str, sent: Any, received: Any) -> None:
    assert site("POST", "values", {name: sent}).json["response"][name] == received


REFUSED: list[tuple[str, Any]] = [
    ("number", "many"),
    ("yes_no", "maybe"),
    ("date", "soon"),
    ("place", {"lat": 1.5}),
    ("texts", "a"),
    ("status", "Unheard of"),
    ("thing", "not an id"),
    ("thing", "1671702337369x488321592367327900"),
    ("things", ["1671702337369x488321592367327900"]),
]


@pytest.mark.parametrize(("name", "sent"), REFUSED)
def test_1_4_and_1_7_what_cannot_be_read_is_invalid_data(site: Any, name: str, sent: Any) -> None:
    seen = site("POST", "values", {name: sent})
    assert (seen.status, seen.json["statusCode"], seen.json["body"]["status"]) == (400, 400, "INVALID_DATA")
    assert seen.json["body"]["message"].startswith(f"Invalid data for field {name}: ")


def test_1_4_a_thing_is_looked_up_and_its_type_is_checked(tmp_path: Path) -> None:
    async def story(served: Served) -> list[int]:
        made = (await served.post("make")).json["response"]
        right = await served.post("values", {"thing": made["order"], "things": [made["order"]]})
        wrong = await served.post("values", {"thing": made["customer"]})
        assert right.json["response"]["thing"] == made["order"]
        return [right.status, wrong.status]

    assert play(tmp_path, APP, story) == [200, 400]


def test_1_4_what_is_optional_and_absent_is_empty_and_unknown_keys_are_ignored(site: Any) -> None:
    seen = site("POST", "values", {"unknown": 1})
    assert seen.status == 200
    assert seen.json["response"].get("text") is None


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"text=a&number=2&yes_no=true&texts=x&texts=y"),
        (
            "multipart/form-data; boundary=B",
            b"".join(
                b'--B\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % part
                for part in [
                    (b"text", b"a"),
                    (b"number", b"2"),
                    (b"yes_no", b"true"),
                    (b"texts", b"x"),
                    (b"texts", b"y"),
                ]
            )
            + b"--B--\r\n",
        ),
    ],
)
def test_1_4_and_15_form_fields_are_read_like_json(tmp_path: Path, content_type: str, body: bytes) -> None:
    async def story(served: Served) -> Seen:
        return await served.ask("POST", "values", body=body, headers={"Content-Type": content_type})

    response = play(tmp_path, APP, story).json["response"]
    names = ("text", "number", "yes_no", "texts")
    assert [response[name] for name in names] == ["a", 2, True, ["x", "y"]]


def test_1_5_a_sample_nobody_waits_for_is_a_404(site: Any) -> None:
    seen = site("POST", "/version-test/api/1.1/wf/plain/initialize", {"a": 1})
    assert (seen.status, seen.json) == (
        404,
        {"statusCode": 404, "body": {"status": "NOT_FOUND", "message": "Workflow plain not in initialization mode"}},
    )


def test_1_6_without_return_data_the_response_is_empty(site: Any) -> None:
    seen = site("POST", "plain")
    assert (seen.status, seen.json) == (200, {"status": "success", "response": {}})
    assert seen.headers["content-type"] == "application/json"


def test_1_6_plain_text_is_the_body_itself(site: Any) -> None:
    seen = site("POST", "text")
    assert (seen.body, seen.headers["content-type"].split(";")[0]) == (b"Hello", "text/plain")


def test_1_6_other_content_has_the_given_content_type(site: Any) -> None:
    seen = site("POST", "xml")
    assert (seen.body, seen.headers["content-type"]) == (b"<a/>", "text/xml")


def test_1_6_lists_are_cut_at_50_entries(site: Any) -> None:
    assert site("POST", "long", {"items": list(range(60))}).json["response"]["items"] == list(range(50))


def test_1_6_an_unmet_condition_is_a_400_or_a_200(site: Any) -> None:
    seen = site("POST", "never")
    assert (seen.status, seen.json["statusCode"], seen.json["body"]["status"]) == (400, 400, "NOT_RUN")
    seen = site("POST", "never_200")
    assert (seen.status, seen.json) == (200, {"status": "NOT_RUN", "response": {}})


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ({"name": "A B"}, "https://shop.test/thanks?name=A+B"),
        (
            {},
            "https://shop.test/oops?statusCode=400&message=Missing+parameter+for+workflow+redirecting%3A+parameter+name",
        ),
        (
            {"name": "skip"},
            "https://shop.test/oops?statusCode=400&message=Workflow+redirecting+did+not+run+because+its+condition+was+not+met",
        ),
    ],
)
def test_1_6_a_redirecting_workflow_appends_what_there_is_to_tell(site: Any, body: Any, location: str) -> None:
    seen = site("POST", "redirecting", body)
    assert (seen.status, seen.headers["location"]) == (302, location)


def test_1_7_a_missing_parameter_is_shape_a_in_bubbles_words(site: Any) -> None:
    body = site("POST", "required", {"amount": 1}).json
    assert body["statusCode"] == 400
    assert body["body"]["status"] == "MISSING_DATA"
    assert body["body"]["message"] == "Missing parameter for workflow required: parameter email"


def test_1_7_a_bad_token_is_shape_b_and_is_not_repeated(site: Any) -> None:
    seen = site("POST", "plain", headers={"Authorization": "Bearer s3cret"})
    body = seen.json
    assert (seen.status, body["error_class"], body["message"]) == (401, "Unauthorized", None)
    assert is_id(body["args"]["code"])
    assert body["translation"].startswith("Invalid or expired token")
    assert b"s3cret" not in seen.body


def test_1_7_and_2_1_without_a_data_api_its_address_says_so(site: Any) -> None:
    assert site("GET", "/api/1.1/obj/order").json == {
        "statusCode": 404,
        "body": {"status": "NOT_FOUND", "message": "This application does not expose a Data API"},
    }


def test_1_7_the_wrong_method_is_a_405(site: Any) -> None:
    assert site("GET", "plain").status == 405
    assert site("POST", "reading", {"name": "A"}).status == 405


def test_1_8_pages_of_any_origin_may_call(site: Any) -> None:
    asked = {"Origin": "https://a.test", "Access-Control-Request-Method": "POST"}
    preflight = site("OPTIONS", "plain", headers={**asked, "Access-Control-Request-Headers": "authorization"})
    assert preflight.status in (200, 204)
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    assert site("POST", "plain", headers={"Origin": "https://a.test"}).headers["access-control-allow-origin"] == "*"


def test_3_1_and_15_an_api_token_is_accepted_in_the_header_and_in_the_query(tmp_path: Path) -> None:
    async def story(served: Served) -> list[int]:
        secret, _ = served.token()
        assert len(secret) == 32
        seen = [
            await served.post("admin_only", headers={"Authorization": f"Bearer {secret}"}),
            await served.post(f"admin_only?api_token={secret}"),
            await served.post(f"admin_only?api_key={secret}"),
            await served.post(f"by_default?api_token={secret}"),
            await served.post("admin_only"),
        ]
        return [one.status for one in seen]

    assert play(tmp_path, APP, story) == [200, 200, 200, 200, 401]
