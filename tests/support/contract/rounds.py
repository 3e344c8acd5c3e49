"""Further rounds of the contract run: lists followed over their pages, streams and files that
break off, uploads from every kind of source."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from .answers import CUT, LINE_PAGES, PAGES, TUS
from .calls import PreparedCall
from .client import WHOLE_BODY, ClientMethod, uploaders_of
from .conformity import same_json, to_wire
from .expectations import closing_faults, event_faults, socket_faults
from .files import file_of
from .handles import converse, opened, settle, take
from .kinds import Kind, kinds_of
from .paging import PagedList
from .run import Outcome, ServiceRun
from .server import Arrival
from .specs import SpecOperation

RETRIES = 2

LARGE = bytes(range(256)) * 300
"""What is uploaded: several chunks of any usual size, and every byte."""


async def follow_pages(run: ServiceRun, client: Any) -> None:
    """Every paged list to its end, item by item and page by page."""
    run.expect_spoken(Kind.PAGES)
    run.expect_spoken(Kind.LINE_PAGES)
    for operation, method in run.methods:
        listed = run.answers.paged_list(operation)
        call = run.prepare(operation, method, optional=False) if listed is not None else None
        if listed is None or call is None:
            continue
        faults = len(run.faults)
        for walk in (take, _page_by_page):
            outcome = await run.send(client, operation, method, call, PAGES, use=walk)
            if not run.failed(operation, outcome) and outcome.arrivals:
                run.report(operation, _page_faults(listed, outcome))
        if len(run.faults) == faults:
            run.spoke(Kind.PAGES, operation)
        if Kind.LINE_PAGES in kinds_of(run.spec, operation):
            outcome = await run.send(client, operation, method, call, LINE_PAGES, use=take)
            found = None if run.failed(operation, outcome) else to_wire(outcome.result)
            if same_json(found, listed.items):
                run.spoke(Kind.LINE_PAGES, operation)
            else:
                run.report(operation, [f"gives in NDJSON {found!r}, the list is {listed.items!r}"])


async def _page_by_page(result: Any) -> list[Any]:
    return [item for page in await take(result.pages()) for item in page.items]


def _page_faults(listed: PagedList, outcome: Outcome) -> Iterator[str]:
    found = to_wire(outcome.result)
    if not same_json(found, listed.items):
        yield f"gives the items {found!r}, the list is {listed.items!r}"
    there = listed.requests(outcome.arrivals[0].request)
    if len(outcome.arrivals) != there:
        yield f"asks for {len(outcome.arrivals)} pages, there are {there}"
    asked = [listed.without_position(arrival.request) for arrival in outcome.arrivals]
    if any(other != asked[0] for other in asked):
        yield f"asks for different lists: {asked}"


async def break_off(run: ServiceRun, client: Any, folder: Path) -> None:
    """Every stream and download once with a connection that breaks in the middle."""
    for operation, method in run.methods:
        kinds = kinds_of(run.spec, operation)
        if not kinds & {Kind.EVENTS, Kind.LINES, Kind.DOWNLOAD, Kind.SOCKET}:
            continue
        call = run.prepare(operation, method, optional=False)
        if call is None:
            continue
        if Kind.EVENTS in kinds:
            await _break_events(run, client, operation, method, call)
        elif Kind.LINES in kinds:
            await _break_lines(run, client, operation, method, call)
        elif Kind.SOCKET in kinds:
            await _break_socket(run, client, operation, method, call)
        else:
            await _break_download(run, client, operation, method, call, folder / "file")


async def _break_events(
    run: ServiceRun,
    client: Any,
    operation: SpecOperation,
    method: ClientMethod,
    call: PreparedCall,
) -> None:
    """A stream goes on behind its last event where that is documented, and else says so."""
    script = run.answers.scripts.events(operation)
    resumes = run.answers.scripts.resumes(operation)
    got: list[Any] = []

    async def use(stream: Any) -> None:
        async with opened(stream) as events:
            # A stream without an end of its own is left behind its last event.
            await take(events, len(script), into=got)

    outcome = await run.send(client, operation, method, call, CUT, use=use, max_retries=RETRIES)
    if resumes:
        if not run.failed(operation, outcome) and outcome.arrivals:
            run.report(operation, event_faults(method, script, got))
            if len(outcome.arrivals) != 2:
                run.report(operation, [f"connects {len(outcome.arrivals)} times, not twice"])
    else:
        run.report(operation, event_faults(method, script[: len(_cut_parts(outcome))], got))
        run.report(operation, _interruption_faults(run, outcome))


def _cut_parts(outcome: Outcome) -> Sequence[Any]:
    """What the broken answer held in full."""
    for arrival in outcome.arrivals:
        assert arrival.answer is not None
        return arrival.answer.parts
    return ()


def _interruption_faults(run: ServiceRun, outcome: Outcome) -> Iterator[str]:
    if not isinstance(outcome.error, run.package.errors.APIConnectionError):
        yield f"breaks off, and {outcome.error!r} is raised"


async def _break_lines(
    run: ServiceRun,
    client: Any,
    operation: SpecOperation,
    method: ClientMethod,
    call: PreparedCall,
) -> None:
    got: list[Any] = []

    async def use(lines: Any) -> None:
        await take(lines, into=got)

    outcome = await run.send(client, operation, method, call, CUT, use=use, max_retries=RETRIES)
    expected = list(_cut_parts(outcome))
    if not same_json(to_wire(got), expected):
        run.report(operation, [f"gives {to_wire(got)!r}, on the wire was {expected!r}"])
    run.report(operation, _interruption_faults(run, outcome))


async def _break_socket(
    run: ServiceRun,
    client: Any,
    operation: SpecOperation,
    method: ClientMethod,
    call: PreparedCall,
) -> None:
    """A socket that is to be connected again is: the conversation goes on over a second one."""
    greetings = run.answers.scripts.messages(operation)
    options = run.runtime("socket_options").SocketOptions(reconnect=True, proxy=False)

    async def use(socket: Any) -> list[Any]:
        return await converse(socket.with_options(options), len(greetings) + 1)

    outcome = await run.send(client, operation, method, call, CUT, use=use)
    if not run.failed(operation, outcome) and outcome.arrivals:
        answer = outcome.arrivals[0].answer
        assert answer is not None
        run.report(operation, socket_faults(answer, [greetings[0], *greetings], outcome.result))
        run.report(operation, closing_faults(outcome.arrivals))


async def _break_download(
    run: ServiceRun,
    client: Any,
    operation: SpecOperation,
    method: ClientMethod,
    call: PreparedCall,
    place: Path,
) -> None:
    """A file is continued by Range: within one call, and from what an earlier one has left."""
    content = file_of(operation)

    async def read(download: Any) -> Any:
        return await settle(download.read())

    async def save(download: Any) -> Any:
        length = await settle(download.save(place, resume=True))
        return length, place.read_bytes()

    outcome = await run.send(client, operation, method, call, CUT, use=read, max_retries=RETRIES)
    if operation.method != "GET":
        run.report(operation, _interruption_faults(run, outcome))
        return
    if not run.failed(operation, outcome):
        run.report(operation, _download_faults(content, outcome.result, outcome.arrivals))
    broken = await run.send(client, operation, method, call, CUT, use=save)
    run.report(operation, _interruption_faults(run, broken))
    rest = await run.send(client, operation, method, call, None, use=save)
    if not run.failed(operation, rest):
        length, saved = rest.result
        if length != len(content):
            run.report(operation, [f"saves {length} bytes, the file has {len(content)}"])
        arrivals = [*broken.arrivals, *rest.arrivals]
        run.report(operation, _download_faults(content, saved, arrivals))
    place.unlink(missing_ok=True)


def _download_faults(content: bytes, found: Any, arrivals: Sequence[Arrival]) -> Iterator[str]:
    if found != content:
        yield f"gives {found[:40]!r}… ({len(found)} bytes), the file is {content[:40]!r}…"
    asked = [arrival.request.header("range") for arrival in arrivals]
    if asked != [None, f"bytes={len(content) // 2}-"]:
        yield f"asks for the ranges {asked} of a file that breaks off in its middle"


async def upload(run: ServiceRun, client: Any, folder: Path) -> None:
    """Every operation that takes bytes gets them from each kind of source."""
    place = folder / "upload.bin"
    place.write_bytes(LARGE)
    run.expect_spoken(Kind.UPLOAD)
    for operation, method in run.methods:
        if Kind.UPLOAD not in kinds_of(run.spec, operation):
            continue
        call = run.prepare(operation, method, optional=True)
        if call is None:
            continue
        faults = len(run.faults)
        for name, source in _sources(place, run.colour).items():
            if name == "an async iterator" and "" not in call.files.values():
                continue  # a part of a form is read by the form, which isn't async
            with ExitStack() as stack:
                given = call.uploading(partial(source, stack), LARGE)
                outcome = await run.send(client, operation, method, given, None)
            if not run.failed(operation, outcome) and not call.files:
                run.report(operation, [f"takes no bytes ({name})"])
        if len(run.faults) == faults:
            run.spoke(Kind.UPLOAD, operation)


async def upload_resumably(run: ServiceRun, client: Any, folder: Path) -> None:
    """Whole uploads by the tus protocol, past a chunk that arrives in part."""
    run.expect_spoken(Kind.RESUMABLE)
    place = folder / "upload.bin"
    place.write_bytes(LARGE)
    uploaders = {id(u.operation): u for u in uploaders_of(method for _, method in run.methods)}
    for operation, method in run.methods:
        if Kind.RESUMABLE not in kinds_of(run.spec, operation):
            continue
        uploader = uploaders.get(id(method.operation))
        call = run.prepare(operation, method, optional=False)
        if uploader is None or call is None:
            run.report(operation, ["has no method for a whole upload"])
            continue
        faults = len(run.faults)
        for source in _sources(place, run.colour).values():
            with ExitStack() as stack:
                content = uploader.arguments[WHOLE_BODY]
                keywords = {content: source(stack), "chunk_size": len(LARGE) // 4}
                given = replace(call, keywords=keywords, headers={})
                outcome = await run.send(
                    client, operation, uploader, given, TUS, max_retries=RETRIES
                )
            if not run.failed(operation, outcome) and outcome.arrivals:
                run.report(operation, _resumed_faults(outcome))
        if len(run.faults) == faults:
            run.spoke(Kind.RESUMABLE, operation)


def _resumed_faults(outcome: Outcome) -> Iterator[str]:
    answer = outcome.arrivals[-1].answer
    assert answer is not None
    if answer.parts != (LARGE,):
        yield f"leaves {len(answer.parts[0])} bytes at the server, given were {len(LARGE)}"
    if outcome.result.length != len(LARGE):
        yield f"gives the length {outcome.result.length}, given were {len(LARGE)}"
    asked = [arrival.request.method for arrival in outcome.arrivals]
    if asked[:4] != ["POST", "PATCH", "PATCH", "HEAD"]:
        yield f"doesn't ask what has arrived: {asked}"


def _sources(place: Path, colour: str) -> Mapping[str, Callable[[ExitStack], Any]]:
    """All that content may come from, each made anew for every call."""
    sources: dict[str, Callable[[ExitStack], Any]] = {
        "bytes": lambda stack: LARGE,
        "a path": lambda stack: place,
        "a file": lambda stack: stack.enter_context(place.open("rb")),
        "an iterator": lambda stack: _chunks(),
    }
    if colour == "async":
        sources["an async iterator"] = lambda stack: _async_chunks()
    return sources


def _chunks() -> Iterator[bytes]:
    for start in range(0, len(LARGE), 10_000):
        yield LARGE[start : start + 10_000]


async def _async_chunks() -> AsyncIterator[bytes]:
    for chunk in _chunks():
        yield chunk
