"""How lists go on: what the pass reads out of parameters, bodies and responses."""

from __future__ import annotations

import textwrap
from functools import cache

import pytest
from hoody_codegen.config import load_config
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.document import load_all
from hoody_codegen.ir import Api, Operation, Pagination, index_models
from hoody_codegen.openapi import read_api
from hoody_codegen.passes import run
from hoody_codegen.python.forms import ResultForm
from hoody_codegen.python.results import choose_result
from support.reading import only, read
from support.source import ROOT

HEAD = """\
openapi: 3.1.0
info: {title: Demo API, version: 1.2.0, x-namespace: demo}
paths:
  /a:
"""


def operation_of(method: str, text: str) -> tuple[Operation, list[str]]:
    body = textwrap.indent(textwrap.dedent(text), "      ")
    api, messages = read(f"{HEAD}    {method}:\n{body}", passes=True)
    return only(api), messages


def paged(method: str, text: str) -> Pagination:
    found, messages = operation_of(method, text)
    assert messages == []
    assert found.pagination is not None
    return found.pagination


def answer(schema: str) -> str:
    return f"responses: {{200: {{content: {{application/json: {{schema: {schema}}}}}}}}}\n"


ROWS = "rows: {type: array, items: {}}"
PAGE = "parameters: [{name: page, in: query, schema: {type: integer%s}}]\n"


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        (f"{{type: object, properties: {{{ROWS}, totalPages: {{type: integer}}}}}}", "totalPages"),
        (
            f"{{type: object, properties: {{{ROWS}, meta: {{type: object, properties:"
            " {pages: {type: integer}, total: {type: integer}}}}}",
            "meta.pages",
        ),
        # Pages that are no number are something else.
        (f"{{type: object, properties: {{{ROWS}, pages: {{type: object}}}}}}", None),
    ],
)
@pytest.mark.parametrize("said", [False, True])
def test_the_number_of_pages_is_found(schema: str, path: str | None, said: bool) -> None:
    more = (
        "x-pagination: {type: page-number, request_params: {page: page},"
        " response_fields: {items: rows}}"
    )
    found = paged("get", PAGE % "" + answer(schema) + (more if said else ""))
    assert (found.total_pages.reveal() if found.total_pages else None) == path


def test_the_document_may_say_where_the_number_of_pages_is() -> None:
    schema = "{type: object, properties: {rows: {type: array}, n: {type: integer}}}"
    more = (
        "x-pagination: {type: page-number, request_params: {page: page},"
        " response_fields: {items: rows, total_pages: n}, unless: [at, 5]}"
    )
    found = paged("get", PAGE % "" + answer(schema) + more)
    assert found.total_pages is not None
    assert found.total_pages.reveal() == "n"
    assert [name.reveal() for name in found.unless] == ["at"]


@pytest.mark.parametrize(
    ("facts", "first"),
    [("", 1), (", default: 1", 1), (", default: 0", 0), (", minimum: 0", 0), (", minimum: 1", 1)],
)
def test_pages_begin_with_the_default(facts: str, first: int) -> None:
    schema = f"{{type: object, properties: {{{ROWS}}}}}"
    assert paged("get", PAGE % facts + answer(schema)).first_page == first


SEARCH = """\
requestBody: {content: {application/json: {schema: {type: object, properties: {
  query: {type: string}, cursor: {type: string}, page_size: {type: integer, default: 25},
  page: {type: integer}}}}}}
"""
FOUND = (
    f"{{type: object, properties: {{{ROWS}, next_cursor: {{type: string}}, total_count: "
    "{type: integer}}}"
)


def test_a_search_goes_on_by_a_cursor_in_its_body() -> None:
    found = paged("post", SEARCH + answer(FOUND))
    assert found.style.value == "cursor"
    assert found.in_body
    assert found.position is not None
    assert found.position.reveal() == "cursor"
    assert found.limit is not None
    assert (found.limit.reveal(), found.default_limit) == ("page_size", 25)


def test_a_post_is_not_repeated_for_page_numbers() -> None:
    text = SEARCH + answer(f"{{type: object, properties: {{{ROWS}, total: {{type: integer}}}}}}")
    assert operation_of("post", text)[0].pagination is None
    assert operation_of("put", SEARCH + answer(FOUND))[0].pagination is None


def test_the_document_may_name_fields_of_the_body() -> None:
    more = "x-pagination: {type: page-number, request_params: {page: page, limit: page_size}}"
    found = paged("post", SEARCH + answer(FOUND) + more)
    assert (found.style.value, found.in_body) == ("page", True)


def test_two_lists_that_are_one() -> None:
    schema = (
        "{type: object, properties: {statusCode: {type: integer}, data: {type: object,"
        " properties: {a: {type: array, items: {type: string}},"
        " b: {type: array, items: {type: string}}}}}}"
    )
    for items in ("items: data.a + data.b, ", "items: a + b, ", ""):
        more = (
            f"x-pagination: {{type: dual-array, response_fields: {{{items}"
            "total: data.a.length + data.b.length}}"
        )
        found = paged("get", answer(schema) + more)
        assert found.items.reveal() == "data.a + data.b"
        assert found.total is None


def test_a_list_that_may_be_cut_short_says_so() -> None:
    more = "x-pagination: {type: simple-array, response_fields: {items: rows, total: rows.length}}"
    schema = f"{{type: object, properties: {{{ROWS}}}}}"
    assert paged("get", answer(schema) + more).limit is None
    limit = "parameters: [{name: limit, in: query, schema: {type: integer}}]\n"
    found = paged("get", limit + answer(schema) + more)
    assert found.limit is not None
    assert found.limit.reveal() == "limit"


@cache
def _hoody() -> Api:
    target = load_config(ROOT / "hoody-codegen.toml").target("hoody")
    diagnostics = Diagnostics()
    documents = load_all(target.specs, target.overlays, diagnostics)
    return run(read_api(documents, diagnostics), target, diagnostics)


def test_the_lists_of_the_committed_documents() -> None:
    """Each was looked at; the list is complete: no other operation has a list and goes on."""
    api = _hoody()
    models = index_models(api)
    found = set()
    for service in api.services:
        for operation in service.operations:
            if choose_result(operation, models).form is not ResultForm.PAGE:
                continue
            page = operation.pagination
            assert page is not None
            at = page.position.reveal() if page.position is not None else "-"
            found.add(
                f"{service.name.reveal()} {operation.method} {operation.path.reveal()}"
                f" {page.style.value} {at} {page.items.reveal() or '(body)'}"
            )
    assert found == {line.strip() for line in LISTS.splitlines() if line.strip()}


LISTS = """
agent GET /api/v1/workspaces page page items
agent GET /api/v1/workspaces/{workspaceID}/memory/history cursor cursor items
agent GET /api/v1/workspaces/{workspaceID}/mitm/logs page page items
agent GET /api/v1/workspaces/{workspaceID}/orchestration/log page page items
agent GET /api/v1/workspaces/{workspaceID}/orchestration/todo/events page page items
agent GET /api/v1/workspaces/{workspaceID}/sessions page page items
agent GET /api/v1/workspaces/{workspaceID}/sessions/{sessionID}/jobs cursor cursor jobs
agent GET /api/v1/workspaces/{workspaceID}/sessions/{sessionID}/messages cursor after (body)
api GET /api/v1/auth/tokens single - data
api GET /api/v1/containers/ page page data.containers
api GET /api/v1/containers/{id}/snapshots single - data.snapshots
api GET /api/v1/containers/{id}/status-logs page page data.logs
api GET /api/v1/containers/{id}/storage/shares single - data
api GET /api/v1/events offset offset data.events
api GET /api/v1/images/public page page data.images
api GET /api/v1/images/user page page data.images
api GET /api/v1/notifications/ single - data
api GET /api/v1/notifications/public single - data
api GET /api/v1/pools single - data
api GET /api/v1/projects/ page page data.projects
api GET /api/v1/projects/{id}/containers page page data.containers
api GET /api/v1/projects/{id}/permissions page page data.permissions
api GET /api/v1/proxy/aliases single - data.aliases
api GET /api/v1/rentals single - data
api GET /api/v1/servers single - data
api GET /api/v1/servers/available single - data
api GET /api/v1/servers/{serverId}/available-commands single - data.commands
api GET /api/v1/storage/incoming single - data
api GET /api/v1/storage/shares single - data
api GET /api/v1/users/auth/activity page page data
api GET /api/v1/vault/keys single - data
api GET /api/v1/wallet/ai-fee-history page page data.fees
api GET /api/v1/wallet/invoices/ page page data.invoices
api GET /api/v1/wallet/payment-methods/ single - data
api GET /api/v1/wallet/transactions page page data.transactions
app POST /api/v1/run/search/paged cursor cursor items
browser GET /history offset offset entries
code GET /api/v1/code/extensions/list single - extensions
cron GET /crontab page page items
cron GET /users/{user}/entries page page entries
curl GET /api/v1/curl/jobs page page items
curl GET /api/v1/curl/schedule page page items
curl GET /api/v1/curl/sessions page page items
curl GET /api/v1/curl/storage page page items
daemon GET /api/v1/daemon/programs single - programs
daemon GET /api/v1/daemon/quick-start single - ephemeral_programs
files GET /api/v1/journal cursor after_id entries
notes GET /api/v1/notes/notebooks/{notebookId}/databases/{databaseId}/records page page records
notes GET /api/v1/notes/notebooks/{notebookId}/files offset offset files
notes GET /api/v1/notes/notebooks/{notebookId}/nodes offset offset nodes
notes GET /api/v1/notes/notebooks/{notebookId}/nodes/{nodeId}/children offset offset nodes
notes GET /api/v1/notes/notebooks/{notebookId}/nodes/{nodeId}/comment-anchors offset offset anchors
notes GET /api/v1/notes/notebooks/{notebookId}/nodes/{nodeId}/comments offset offset comments
notes GET /api/v1/notes/notebooks/{notebookId}/nodes/{nodeId}/versions offset offset versions
notifications GET /api/v1/notifications/{display} single - data.notifications
proxyLogs GET /_logs offset offset entries
sqlite GET /api/v1/sqlite/kv offset offset keys
terminal GET /api/v1/system/ports single - (body)
terminal GET /api/v1/system/processes single - (body)
terminal GET /api/v1/terminal/sessions single - (body)
watch GET /watchers page page items
watch GET /watchers/{id}/events page page items
"""
