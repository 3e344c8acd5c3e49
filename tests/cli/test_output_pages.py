"""Lists in pages, of a real client: streamed as they come, or the first one with a note."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from hoody_codegen.cli_runtime import output
from hoody_codegen.cli_runtime.model import Column
from hoody_codegen.runtime import PageInfo
from hoody_codegen.runtime.errors import APIStatusError
from hoody_codegen.runtime.models import Model
from support.runtime_calls import Demo, Things, operation
from support.shown_results import Screen, Shown, command_of
from support.wire_server import Answer, Recorded, WireServer, json_answer

LIST = command_of("table", (Column("id", "ID"), Column("name", "NAME")))
ITEMS = [{"id": number, "name": "x" * number} for number in range(7)]
PAGED = operation(
    pagination=PageInfo(style="page", items="rows", position="page", limit="limit", total="total")
)


class Item(Model):
    id: int
    name: str


def pages(*, total: bool = True, fail_at: int = 0) -> Callable[[Recorded], Answer]:
    def answer(request: Recorded) -> Answer:
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        page = int(query.get("page", 1))
        if page == fail_at:
            return json_answer({"message": "broken"}, 400)
        body: dict[str, Any] = {"rows": ITEMS[(page - 1) * 3 : page * 3]}
        return json_answer({**body, "total": len(ITEMS)} if total else body)

    return answer


@pytest.fixture
def server() -> Iterator[WireServer]:
    running = WireServer()
    running.default = pages()
    yield running
    running.close()


@pytest.fixture
def client(server: WireServer) -> Iterator[Demo]:
    with Demo(token="t", base_url=server.url) as made:
        yield made


def shown(client: Demo, screen: Screen | None = None, **settings: Any) -> Shown:
    page = Things(client).page(PAGED, Item, query={"limit": 3})
    return (screen or Screen()).show(page, LIST, **settings)


def test_the_first_page_comes_with_a_note(client: Demo, server: WireServer) -> None:
    found = shown(client)
    assert found.json == ITEMS[:3]
    assert found.notes == "These are the first 3 of 7; --all gives the rest.\n"
    assert shown(client, quiet=True).notes == ""
    assert len(server.requests) == 2


def test_without_a_total_the_note_gives_none(client: Demo, server: WireServer) -> None:
    server.default = pages(total=False)
    assert shown(client).notes == "These are the first 3; --all gives the rest.\n"


@pytest.mark.parametrize("form", ["json", "yaml", "raw", "table"])
def test_all_pages_read_like_one_list(client: Demo, form: str) -> None:
    paged = shown(client, all=True, output=form)
    assert paged.notes == ""
    if form == "table":
        # The heading comes once; a pipe has no width that would have to be kept.
        rows = [line.split() for line in paged.lines]
        assert rows == [["ID", "NAME"], ["0", "–"], *([str(n), "x" * n] for n in range(1, 7))]
    else:
        assert paged.text == Screen().show(ITEMS, LIST, output=form).text


def test_later_pages_keep_the_columns_of_a_terminal(client: Demo) -> None:
    lines = shown(client, Screen(terminal=True), all=True, color="never").lines
    assert lines == [
        "ID  NAME",
        "0   –",
        "1   x",
        "2   xx",
        "3   xxx",
        "4   xxxx",
        "5   xxx…",
        "6   xxx…",
    ]


def test_pages_are_printed_before_the_next_one_is_asked_for(
    client: Demo, server: WireServer
) -> None:
    screen = Screen()
    before: list[str] = []
    answer = pages()

    def watched(request: Recorded) -> Answer:
        before.append(screen.shown.text)
        return answer(request)

    server.default = watched
    whole = shown(client, screen, all=True).text
    assert before[0] == ""
    assert json.loads(before[1] + "]") == ITEMS[:3]
    assert json.loads(before[2] + "]") == ITEMS[:6]
    assert json.loads(whole) == ITEMS


def test_items_can_be_limited(client: Demo, server: WireServer) -> None:
    found = shown(client, max_items=4)
    assert found.json == ITEMS[:4]
    assert found.notes == ""
    assert len(server.requests) == 2
    assert shown(client, max_items=2, all=True).json == ITEMS[:2]
    assert shown(client, max_items=100).json == ITEMS


def test_a_query_is_for_the_whole_list(client: Demo) -> None:
    assert shown(client, all=True, query="length(@)").text == "7\n"
    assert shown(client, query="length(@)").text == "3\n"
    assert "--all" in shown(client, query="length(@)").notes
    assert shown(client, all=True, query="[-1].id").text == "6\n"


def test_a_list_that_breaks_off_can_not_be_taken_for_the_whole(
    client: Demo, server: WireServer
) -> None:
    server.default = pages(fail_at=2)
    screen = Screen()
    with pytest.raises(APIStatusError):
        shown(client, screen, all=True)
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(screen.shown.text)
    assert json.loads(screen.shown.text + "]") == ITEMS[:3]


def test_an_empty_list_says_so(client: Demo, server: WireServer) -> None:
    server.default = json_answer({"rows": [], "total": 0})
    assert shown(client, all=True, output="table") == (b"", b"Nothing found.\n")
    assert shown(client, all=True, output="json") == (b"[]\n", b"")


class _Closed(io.BytesIO):
    """A pipe whose reader goes away after some bytes."""

    def write(self, data: Any, /) -> int:
        if self.tell() > 20:
            raise BrokenPipeError
        return super().write(data)


@pytest.mark.parametrize("form", ["json", "yaml", "raw", "table"])
def test_who_reads_no_further_gets_no_error_and_no_further_page(
    client: Demo, server: WireServer, form: str
) -> None:
    screen = Screen()
    screen.kept = _Closed()
    found = shown(client, screen, all=True, output=form)
    assert found.notes == ""
    assert len(server.requests) < 3


def test_check_lets_through_what_can_be_printed() -> None:
    with Screen().placed(query="a.b", all=True, columns=("a",)) as invocation:
        output.check(invocation, LIST)
