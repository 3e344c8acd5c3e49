"""One operation of a document against its entry in a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .differences import Finding, equal, judged, stated
from .schemas import Level, compare_attributes, compare_schema, compare_variants
from .specs import Operation, Specification
from .table import OPEN, Entry, parse_fact

_STREAMS = {"sse", "ndjson", "websocket"}
_STYLES = {
    "page-number": "page",
    "offset": "offset",
    "offset-based": "offset",
    "cursor": "cursor",
    "simple-array": "single",
    "simple-list": "single",
}


def compare(entry: Entry, specification: Specification) -> list[Finding]:
    """Every fact that the entry states, and what the document has beyond it."""
    operation = specification.find(entry.method, entry.path, entry.sdk)
    named = f"{entry.method} {entry.path}"
    if operation is None:
        return [Finding("operations", named, "missing", expected="the operation")]
    found = f"{operation.method} {operation.path}"
    findings = [equal("operations", "method and path", named, found)]
    if entry.sdk is not None:
        name = operation.data.get("x-sdk-name")
        findings.append(equal("operations", "sdk name", entry.sdk, str(name)))
    findings += _security(entry, operation)
    findings += _parameters(entry, operation)
    findings += _body(entry, operation)
    findings += _responses(entry, operation)
    findings += _pagination(entry, operation)
    return findings


def _security(entry: Entry, operation: Operation) -> Iterator[Finding]:
    expected = entry.facts.get("security")
    if expected is None:
        return
    tree = operation.specification.tree
    requirements = operation.data.get("security", tree.get("security", []))
    found = "none" if not requirements or {} in requirements else "bearer"
    yield equal("security", "security", expected, found)


def _parameters(entry: Entry, operation: Operation) -> Iterator[Finding]:
    expected = entry.facts.get("params")
    parameters = {(item["in"], item["name"]): item for item in operation.parameters()}
    total = entry.facts.get("total_params")
    if total is not None:
        yield equal("parameters", "number of parameters", str(total), str(len(parameters)))
    if expected is None:
        return
    partial = OPEN in expected
    for name, text in expected.items():
        if name == OPEN:
            continue
        fact = parse_fact(text, parameter=True)
        where = f"{fact.location} {name}"
        parameter = parameters.pop((fact.location, name), None)
        if parameter is None:
            if "may" not in fact.flags:
                yield Finding("parameters", where, "missing", expected=text)
            continue
        yield Finding("parameters", where, "right")
        required = parameter.get("required", False)
        if fact.required is not None:
            yield equal("required", where, str(fact.required), str(required))
        if fact.location == "path" and "wild~" not in fact.flags:
            wild = str(parameter.get("x-wildcard") is True)
            yield equal("wildcards", where, str("wild" in fact.flags), wild)
        shape = operation.specification.shape(parameter.get("schema", {}))
        yield from compare_attributes(fact, shape, where)
    if not partial:
        for location, name in parameters:
            yield Finding("parameters", f"{location} {name}", "extra", found="parameter")


def _body(entry: Entry, operation: Operation) -> Iterator[Finding]:
    text = entry.facts.get("body")
    if text is None:
        return
    body = operation.specification.resolved(operation.data.get("requestBody"))
    if text == "none":
        found = "none" if body is None else ", ".join(body.get("content", {}))
        yield equal("bodies", "body", "none", found)
        return
    if body is None:
        yield Finding("bodies", "body", "missing", expected=text)
        return
    names = text.rstrip("!" + OPEN).split(", ")
    content = body.get("content", {})
    expected, given = set(names) - {"..."}, set(content)
    right = expected <= given if "..." in names else expected == given
    described, found = ", ".join(sorted(expected)), ", ".join(sorted(given))
    yield judged("bodies", "media types", right, described, found)
    if not text.endswith(OPEN):
        required = str(body.get("required", False))
        yield equal("required", "body", str(text.endswith("!")), required)
    schema = content.get(names[0], {}).get("schema", {})
    shape = operation.specification.shape(schema)
    level = Level(operation.specification, "body fields")
    if "variants" in entry.facts:
        yield from compare_variants(entry.facts["variants"], shape, "body", level)
    elif "fields" in entry.facts:
        yield from compare_schema(entry.facts["fields"], shape, "body", level)


def _responses(entry: Entry, operation: Operation) -> Iterator[Finding]:
    success = entry.facts.get("success")
    errors = entry.facts.get("errors")
    responses = operation.responses()
    if success is None and errors is None:
        return
    left = set(responses)
    statements = [success] if isinstance(success, str) else list(success or ())
    for index, statement in enumerate(statements):
        status, kind, *media = statement.split(" ")
        key = _status(status, [item for item in responses if item in left])
        if key is None:
            have = ", ".join(responses)
            yield Finding("statuses", f"success {status}", "missing", statement, have)
            continue
        left.discard(key)
        yield Finding("statuses", f"success {status}", "right")
        yield from _content(kind, media, responses[key], key, operation)
        if index == 0 and "result" in entry.facts:
            yield from _result(entry, responses[key], key, operation)
    for status, codes in (errors or {}).items():
        left.discard(str(status))
        yield from _errors(str(status), codes, operation)
    if success is not None and errors is not None:
        allowed = [str(item) for item in entry.facts.get("also", ())]
        for key in sorted(left):
            if not any(_matches(key, pattern) for pattern in allowed):
                yield Finding("statuses", key, "extra", found=f"response {key}")


def _matches(key: str, pattern: str) -> bool:
    return key == pattern or (pattern.endswith("xx") and key[:1] == pattern[:1])


def _status(status: str, left: list[str]) -> str | None:
    return next((key for key in left if _matches(key, status)), None)


def _content(
    kind: str, media: list[str], response: Mapping[str, Any], key: str, operation: Operation
) -> Iterator[Finding]:
    if kind == "any":
        return
    content = response.get("content", {})
    found = {_kind(name) for name in content} or {"none"}
    if key == "101" or operation.data.get("x-streaming") == "websocket":
        found = {"websocket"}
    expected = set(kind.rstrip("+").split("+"))
    right = expected <= found if kind.endswith("+") else expected == found
    group = "streams" if expected & _STREAMS else "contents"
    have = "+".join(sorted(found))
    if operation.data.get("x-streaming") == "binary" and key == "200":
        # It says what the method returns, whatever the request sends.
        yield judged("streams", f"kind of stream of {key}", "binary" in expected, kind, "binary")
    yield judged(group, f"response {key}", right, kind, have)
    for name in media:
        given = name in {item.split(";")[0] for item in content}
        yield judged(group, f"media type of {key}", given, name, ", ".join(content))


def _kind(media_type: str) -> str:
    name = media_type.split(";")[0].strip()
    if name == "text/event-stream":
        return "sse"
    if name in {"application/x-ndjson", "application/jsonl"}:
        return "ndjson"
    if name == "application/json" or name.endswith("+json"):
        return "json"
    texts = ("text/", "application/xml", "application/yaml", "application/x-yaml")
    if name.startswith(texts) or name.endswith(("javascript", "+xml")):
        return "text"
    return "binary"


def _result(
    entry: Entry, response: Mapping[str, Any], key: str, operation: Operation
) -> Iterator[Finding]:
    content = response.get("content", {})
    schema = next((value.get("schema") for name, value in content.items() if _kind(name) == "json"))
    shape = operation.specification.shape(schema)
    level = Level(operation.specification, "response fields")
    yield from compare_schema(entry.facts["result"], shape, f"response {key}", level)


def _errors(status: str, codes: Any, operation: Operation) -> Iterator[Finding]:
    response = operation.responses().get(status)
    if response is None:
        yield Finding("statuses", status, "missing", f"response {status}")
        if isinstance(codes, list):
            for code in codes:
                if code != "...":
                    yield Finding("error codes", f"{status} {code}", "missing", code)
        return
    yield Finding("statuses", status, "right")
    if codes == OPEN:
        return
    found = _codes(status, response, operation)
    for code in codes:
        if code == "...":
            continue
        yield stated("error codes", f"{status} {code}", code in found, code)
    if "..." not in codes:
        for code in sorted(found - set(codes)):
            yield Finding("error codes", f"{status} {code}", "extra", found=code)


def _codes(status: str, response: Mapping[str, Any], operation: Operation) -> set[str]:
    lists = [response.get("x-error-codes", ())]
    for media in response.get("content", {}).values():
        schema = operation.specification.resolved(media.get("schema", {}))
        lists.append(schema.get("x-error-codes", ()))
    for item in operation.data.get("x-error-codes", ()):
        if str(item.get("status")) == status:
            lists.append([item])
    return {item["code"] for items in lists for item in items}


def _pagination(entry: Entry, operation: Operation) -> Iterator[Finding]:
    text = entry.facts.get("pagination")
    if text is None:
        return
    data = operation.data.get("x-pagination")
    if text == "none" or data is None:
        found = "none" if data is None else str(data.get("type"))
        if found != text:
            yield Finding("pagination", "pagination", "wrong", text, found)
        return
    style, *pairs = text.split(" ")
    yield equal("pagination", "style", style, _STYLES.get(data.get("type"), str(data.get("type"))))
    request = data.get("request_params", {})
    response = data.get("response_fields", {})
    for pair in pairs:
        name, _, expected = pair.partition("=")
        values = request if name == "limit" else response
        if name == "position":
            name = next((key for key in ("page", "offset", "cursor") if key in request), "")
            values = request
        value = values.get(name, "")
        yield equal("pagination", pair.partition("=")[0], expected, str(value))
