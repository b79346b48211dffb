"""The parameters of a workflow, out of the body and the query string (bubble.md 1.4).

Everything that is wrong is told in one answer: its message is about the first problem, in Bubble's words, and
its list `problems` has them all. Keys that are no parameters are ignored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from offpage.kernel.errors import InvalidData, MalformedBody, MissingData, RequestError
from offpage.program.program import Parameter, Workflow
from offpage.values.codec import Forms, from_json, from_text, spoken
from offpage.values.types import FILE_KINDS, Type
from offpage.web.content import Content
from offpage.web.forms import Fields, FilePart, FormValue, JsonPart
from offpage.web.uploads import SentFile, sent_file

Problem = dict[str, str]


@dataclass(slots=True)
class Given:
    """The parameters' values in Python form, in the order of the workflow's; None where absent.

    `files`: index of a parameter → what came for it: files that still have to be stored, and addresses of stored ones.
    """

    values: list[Any]
    files: dict[int, list[SentFile | str]] = field(default_factory=dict)


def read_parameters(workflow: Workflow, content: Content, query: Fields, forms: Forms) -> Given:
    """Read every parameter. Raises MissingData or InvalidData with all problems, MalformedBody for no object."""
    given = Given([])
    problems: list[RequestError] = []
    reader = _Reader(workflow, content, query, forms, given)
    for index, parameter in enumerate(workflow.parameters):
        try:
            given.values.append(reader.read(index, parameter))
        except (MissingData, InvalidData) as error:
            given.values.append(None)
            problems.append(error)
    if problems:
        raise all_in_one(problems)
    return given


def refused(name: str, why: str) -> InvalidData:
    """The error for a parameter whose value can be read and not be used."""
    return InvalidData(f"Invalid data for field {name}: {why}", parameter=name)


def invalid(name: str, of: Type, reason: str = "") -> InvalidData:
    """The error for a parameter whose value cannot be read, in Bubble's words."""
    return InvalidData(
        f"Invalid data for field {name}: could not parse this as a {spoken(of)}", parameter=name, reason=reason
    )


def all_in_one(errors: Sequence[RequestError]) -> RequestError:
    """The first of several errors about parameters, with all of them as its problems."""
    first = errors[0]
    first.details["problems"] = [_problem(error) for error in errors]
    return first


def _problem(error: RequestError) -> Problem:
    problem = {"status": error.code, "parameter": str(error.details["parameter"]), "message": error.message}
    if reason := error.details.get("reason"):
        problem["reason"] = str(reason)
    return problem


class _Reader:
    """Reads the parameters of one request."""

    __slots__ = ("_all_in_query", "_forms", "_given", "_object", "_query", "_sent_fields", "_workflow")

    def __init__(self, workflow: Workflow, content: Content, query: Fields, forms: Forms, given: Given) -> None:
        self._workflow = workflow
        self._query = query
        self._forms = forms
        self._given = given
        self._all_in_query = workflow.method == "GET"
        self._sent_fields = content.fields
        self._object: dict[str, Any] = {}
        if content.fields is None and not self._all_in_query:
            self._object = _object(workflow, content)

    def read(self, index: int, parameter: Parameter) -> Any:
        """The value of one parameter; raises MissingData or InvalidData."""
        if self._all_in_query or parameter.is_in == "query":
            value = self._from_form(index, parameter, self._query)
        elif self._sent_fields is not None:
            value = self._from_form(index, parameter, self._sent_fields)
        else:
            value = self._from_object(index, parameter, self._object.get(parameter.name))
        if value is None and not parameter.optional and index not in self._given.files:
            raise MissingData(
                f"Missing parameter for workflow {self._workflow.name}: parameter {parameter.name}",
                parameter=parameter.name,
            )
        return value

    def _from_object(self, index: int, parameter: Parameter, raw: Any) -> Any:
        of = parameter.type
        if raw is None:
            return None
        try:
            if of.kind in FILE_KINDS and not isinstance(raw, str):
                return self._from_sent_files(index, of, raw)
            return from_json(of, raw, self._forms)
        except InvalidData as error:
            raise invalid(parameter.name, of, error.details.get("reason", ""))

    def _from_sent_files(self, index: int, of: Type, raw: Any) -> Any:
        """Files in JSON: `{"filename", "contents"}`. Addresses and such objects may be mixed in a list."""
        items = raw if of.is_list and isinstance(raw, list) else [raw]
        if not any(isinstance(item, dict) for item in items) or (of.is_list and not isinstance(raw, list)):
            return from_json(of, raw, self._forms)
        files = [sent_file(item) if isinstance(item, dict) else from_json(of.item, item, self._forms) for item in items]
        self._given.files[index] = [file for file in files if file is not None]
        return None

    def _from_form(self, index: int, parameter: Parameter, fields: Fields) -> Any:
        of = parameter.type
        values = fields.get(parameter.name)
        if values is None and of.is_list:  # the way PHP and many form libraries write lists
            values = fields.get(f"{parameter.name}[]")
        if values is None:
            return None
        try:
            if any(isinstance(value, FilePart) for value in values):
                return self._from_file_parts(index, of, values)
            if len(values) == 1:
                return self._from_form_value(of, values[0])
            if not of.is_list:
                raise InvalidData(reason=f"It was given {len(values)} times.")
            return [item for value in values if (item := self._from_form_value(of.item, value)) is not None]
        except InvalidData as error:
            raise invalid(parameter.name, of, error.details.get("reason", ""))

    def _from_form_value(self, of: Type, value: FormValue) -> Any:
        if isinstance(value, JsonPart):
            return from_json(of, value.value, self._forms)
        assert isinstance(value, str)
        if not value and of.kind == "text" and not of.is_list:
            return ""  # present, though empty: a required text may be sent empty, as in JSON
        return from_text(of, value, self._forms)

    def _from_file_parts(self, index: int, of: Type, values: list[FormValue]) -> Any:
        parts = [value for value in values if isinstance(value, FilePart)]
        if of.kind not in FILE_KINDS or len(parts) != len(values):
            raise InvalidData(reason="A file was sent for it.")
        if len(parts) > 1 and not of.is_list:
            raise InvalidData(reason=f"{len(parts)} files were sent for it.")
        sent = [SentFile(part.filename, part.content_type, part.content) for part in parts if part.filename]
        if sent:
            self._given.files[index] = list(sent)
        return None


def _object(workflow: Workflow, content: Content) -> dict[str, Any]:
    """The JSON object that holds the body's parameters. Raises MalformedBody where there is none but must be."""
    value = content.value
    if isinstance(value, dict):
        return value
    needs_body = any(parameter.is_in == "body" for parameter in workflow.parameters)
    if (value is None and content.is_data) or not needs_body or workflow.request_data:
        return {}
    if content.is_data:
        raise MalformedBody('The body must be a JSON object such as {"name": "value"}.')
    raise MalformedBody(
        f"A body of type {content.kind[:60]!r} has no parameters. Send JSON (Content-Type: application/json) or form fields."
    )
