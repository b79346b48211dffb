"""The API's documentation as a page for people, made from the OpenAPI document. It loads nothing and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, Final

from offpage.web.meta.curl import Json, curl, resolved, schema_of
from offpage.web.meta.look import STYLE, STYLE_HASH
from offpage.web.meta.openapi import Where
from offpage.web.reply import NOSNIFF, Header

PAGE_HEADERS: Final[tuple[Header, ...]] = (
    (b"content-type", b"text/html; charset=utf-8"),
    (
        b"content-security-policy",
        f"default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'".encode(),
    ),
    (b"referrer-policy", b"no-referrer"),
    NOSNIFF,
)

METHODS: Final = ("get", "post", "patch", "put", "delete")


def page(document: Json, where: Where) -> str:
    """The page. Whatever comes from the app is escaped."""
    title = escape(document["info"]["title"])
    groups = {tag["name"]: list(_of_tag(document, tag["name"])) for tag in document["tags"]}
    shown = {name: found for name, found in groups.items() if found}
    parts = [
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}: API</title>\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        f"<style>{STYLE}</style>\n</head>\n<body>\n",
        '<a class="skip" href="#content">To the content</a>\n',
        _head(document, where, title),
        _contents(shown),
        '<main id="content">\n',
    ]
    abouts = {tag["name"]: tag["description"] for tag in document["tags"]}
    for name, found in shown.items():
        parts.append(f'<h2 id="{escape(name)}">{escape(_plural(name))}</h2>\n<p>{escape(abouts[name])}</p>\n')
        parts.append(_headers(found, document))
        parts += [_section(path, method, operation, document, where) for path, method, operation in found]
    if not shown:
        parts.append("<p>This app offers no workflow and no data type to callers.</p>\n")
    parts.append("</main>\n</body>\n</html>\n")
    return "".join(parts)


def _of_tag(document: Json, tag: str) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item and tag in item[method]["tags"]:
                yield path, method, item[method]


def _plural(tag: str) -> str:
    return "Workflows" if tag == "Workflow" else tag


def _head(document: Json, where: Where, title: str) -> str:
    link = escape(f"{where.path}/meta/")
    return (
        f"<header>\n<h1>{title}</h1>\n<p>The API answers at <code>{escape(where.url)}</code>.</p>\n"
        f"<p>{_with_code(document['info']['description'])}</p>\n"
        "<p>Show a token as the header <code>Authorization: Bearer TOKEN</code>: the one that a workflow which logs "
        "in has answered, or an API token.</p>\n"
        f'<p class="faint">For programs: <a href="{link}openapi.json">OpenAPI 3.1</a>, '
        f'<a href="{link}swagger.json">Swagger 2.0</a>, <a href="{escape(where.path)}/meta">Bubble’s metadata</a>.</p>\n'
        "</header>\n"
    )


def _with_code(text: str) -> str:
    """A text of ours in which `backticks` stand around code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _contents(groups: dict[str, list[tuple[str, str, Json]]]) -> str:
    lines = ['<nav aria-label="Contents">\n']
    for name, found in groups.items():
        lines.append(f'<p><a href="#{escape(name)}">{escape(_plural(name))}</a></p>\n<ul>\n')
        for path, method, operation in found:
            lines.append(f'<li><a href="#{_anchor(operation)}">{_method(method)}{escape(path)}</a></li>\n')
        lines.append("</ul>\n")
    return "".join(lines) + "</nav>\n"


def _anchor(operation: Json) -> str:
    return escape(str(operation["operationId"]), quote=True)


def _method(method: str) -> str:
    return f'<span class="method {method}">{method.upper()}</span> '


def _section(path: str, method: str, operation: Json, document: Json, where: Where) -> str:
    anchor = _anchor(operation)
    return "".join(
        (
            f'<section id="{anchor}" aria-labelledby="{anchor}-title">\n',
            f'<h3 id="{anchor}-title">{_method(method)}<code>{escape(path)}</code></h3>\n',
            f"<p>{escape(operation['summary'])}</p>\n",
            f'<p class="faint">{escape(operation["description"])}</p>\n',
            _parameters(operation, document),
            _body(operation, document),
            f"<h4>Example</h4>\n<pre><code>{escape(curl(method, where.url + path, operation, document))}</code></pre>\n",
            _answers(operation, document),
            "</section>\n",
        )
    )


def _headers(operations: list[tuple[str, str, Json]], document: Json) -> str:
    """The headers that operations take: the same ones everywhere, so that they are told once."""
    asked = [resolved(each, document) for _, _, one in operations for each in one.get("parameters", [])]
    found = {one["name"]: one for one in asked if one["in"] == "header"}
    rows = [(name, schema_of(one), one["required"], one.get("description")) for name, one in found.items()]
    return _table("Headers that they understand", rows, document)


def _parameters(operation: Json, document: Json) -> str:
    found = [resolved(one, document) for one in operation.get("parameters", [])]
    rows = [
        (one["name"], schema_of(one), one["required"], one.get("description")) for one in found if one["in"] != "header"
    ]
    return _table("Parameters", rows, document)


def _body(operation: Json, document: Json) -> str:
    body = operation.get("requestBody")
    if body is None:
        return ""
    kind, content = next(iter(body["content"].items()))
    about = f"<p>{escape(body['description'])}</p>\n" if "description" in body else ""
    properties, needed = _properties(content["schema"], document)
    rows = [(name, one, name in needed, None) for name, one in properties.items()]
    table = _table(f"Body ({kind})", rows, document)
    return (about if table else f"<h4>Body ({escape(kind)})</h4>\n{about}") + table


def _answers(operation: Json, document: Json) -> str:
    rows = []
    for status, answer in sorted(operation["responses"].items()):
        found = resolved(answer, document)
        rows.append(f"<tr><td>{escape(status)}</td><td>{escape(found['description'])}</td></tr>\n")
    table = f'<div class="scroll"><table>\n<tbody>\n{"".join(rows)}</tbody></table></div>\n'
    return f"{_answered(operation, document)}<details><summary>Statuses</summary>\n{table}</details>\n"


def _answered(operation: Json, document: Json) -> str:
    """What `response` of the answer to a call that worked holds."""
    for content in operation["responses"].get("200", {}).get("content", {}).values():
        outer, _ = _properties(content.get("schema", {}), document)
        inner, _ = _properties(outer.get("response", {}), document)
        if inner:
            rows = [(name, one, True, None) for name, one in inner.items()]
            return _table("Answer, in <code>response</code>", rows, document, with_need=False)
    return ""


def _properties(schema: Json, document: Json) -> tuple[Json, set[str]]:
    """The properties of an object, and which of them are needed."""
    schema = resolved(schema, document)
    properties: Json = dict(schema.get("properties", {}))
    needed = set(schema.get("required", []))
    for one in schema.get("allOf", []):
        more, also = _properties(one, document)
        properties |= more
        needed |= also
    return properties, needed


def _table(
    title: str, rows: Sequence[tuple[str, Json, bool, str | None]], document: Json, *, with_need: bool = True
) -> str:
    """A table of named values; `title` is HTML."""
    if not rows:
        return ""
    lines = [f'<h4>{title}</h4>\n<div class="scroll"><table>\n<thead><tr><th scope="col">name</th>']
    lines.append('<th scope="col">value</th><th scope="col"></th></tr></thead>\n<tbody>\n')
    for name, schema, needed, about in rows:
        text = about or _described(resolved(schema, document))
        need = '<span class="faint">required</span> ' if needed and with_need else ""
        lines.append(f"<tr><td><code>{escape(name)}</code></td><td>{escape(words(schema, document))}</td>")
        lines.append(f"<td>{need}{escape(text)}</td></tr>\n")
    return "".join(lines) + "</tbody></table></div>\n"


def _described(schema: Json) -> str:
    said = str(schema.get("description", ""))
    options = [str(one) for one in schema.get("enum", ()) if one is not None]
    return f"{said} One of: {', '.join(options)}".strip() if options else said


def words(schema: Json, document: Json) -> str:
    """A schema in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        found = [words(one, document) for one in schema["anyOf"]]
        return " or ".join(dict.fromkeys(one for one in found if one != "null"))
    kind: Any = schema.get("type", "any")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "array":
        return f"list of {words(schema.get('items', {}), document)}"
    if "pattern" in schema and kind == "string":
        return "unique id" if "{13}" in schema["pattern"] else "text"
    if kind == "string":
        return {"date-time": "date", "uri-reference": "address of a file"}.get(schema.get("format", ""), "text")
    if kind == "object" and schema.get("properties"):
        return f"{{{', '.join(schema['properties'])}}}"
    return {"boolean": "true or false", "any": "any JSON"}.get(kind, str(kind))
