"""Resumable uploads by the tus protocol, version 1.0.0 (https://tus.io/protocols/resumable-upload).

An upload is created with its length, and grows by pieces at an offset that the server keeps. What
breaks off is continued at the offset that the server names. The course is a generator without I/O,
as :func:`.exchange.exchange`; the two colours do what it asks for.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast
from urllib.parse import urljoin

from .addresses import origin
from .errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    GoneError,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
    UploadError,
)
from .files import content_of, guess_type, named_content
from .progress import Progress
from .readers import open_async_reader, open_reader
from .requests import NO_OPTIONS, Prepared, prepare
from .retry import RETRIED_STATUSES, RetryPolicy, wait_before_retry
from .sentinels import OMIT
from .uploads import UploadCalls, Uploaded, UploadSettings

if TYPE_CHECKING:
    from ._http import OpenReply, Reply
    from .calls import Call
    from .client import AsyncClient, SyncClient
    from .progress import ProgressCallback

VERSION: Final = "1.0.0"

# The server may be busy with what it got before the connection broke.
_RETRIED: Final = RETRIED_STATUSES | {409, 423}
_METADATA_KEY: Final = re.compile(r"[\x21-\x2b\x2d-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What is to be uploaded, and how. The calls lack the headers of the protocol.

    ``resume`` asks the server first for what it has already.
    """

    create: Call
    check: Call
    append: Call
    metadata: Mapping[str, str]
    chunk_size: int
    resume: bool
    progress: ProgressCallback | None
    policy: RetryPolicy


class Ask(NamedTuple):
    """Send a call, to ``url`` if there is one; the answer is its address and reply, or an error."""

    call: Call
    url: str | None


class Read(NamedTuple):
    """Read up to ``size`` bytes at ``offset``; the answer is the bytes."""

    offset: int
    size: int


class Pause(NamedTuple):
    """Wait so many seconds."""

    seconds: float


Step: TypeAlias = "Ask | Read | Pause"
Course: TypeAlias = "Generator[Step, Any, Uploaded]"


def upload(plan: Upload, length: int | None) -> Course:
    """The course of one upload of ``length`` bytes; None where only its end will tell."""
    return _Course(plan, length).run()


class _Course:
    def __init__(self, plan: Upload, length: int | None) -> None:
        self._plan = plan
        self._length = length
        self._announced = length is not None
        self._url: str | None = None
        self._offset = 0
        self._attempt = 0

    def run(self) -> Course:
        if not (self._plan.resume and (yield from self._find())):
            yield from self._create()
        self._tell(0)
        while self._length is None or self._offset < self._length or not self._announced:
            yield from self._append()
        return Uploaded(self._url or "", self._offset)

    def _create(self) -> Generator[Step, Any, None]:
        headers: dict[str, str | None] = {
            "Upload-Metadata": encode_metadata(self._plan.metadata) or None
        }
        if self._length is None:
            headers["Upload-Defer-Length"] = "1"
        else:
            headers["Upload-Length"] = str(self._length)
        call = _with_headers(self._plan.create, headers)
        answer = yield Ask(call, None)
        while isinstance(answer, APIError):
            if not isinstance(answer, APIConnectionError):
                raise answer
            yield from self._wait(answer, None)
            # The answer was lost, and the upload may be there nevertheless.
            if (yield from self._find()):
                return
            answer = yield Ask(call, None)
        url, reply = answer
        self._url = _place(url, reply.header("location"))

    def _find(self) -> Generator[Step, Any, bool]:
        """Ask how far the upload is; whether there is one."""
        answer = yield Ask(_with_headers(self._plan.check, {}), self._url)
        if isinstance(answer, (NotFoundError, GoneError, PermissionDeniedError)):
            # By the protocol, each of them may say that there is no such upload.
            return False
        if isinstance(answer, APIError):
            raise answer
        self._url, reply = answer
        length = _number(reply, "upload-length")
        if length is not None:
            if self._length not in (None, length):
                raise self._failure(
                    f"The upload that is there has {length} bytes, and this one {self._length}"
                )
            self._length = length
            self._announced = True
        self._move(_number(reply, "upload-offset"), self._length)
        return True

    def _append(self) -> Generator[Step, Any, None]:
        size = self._plan.chunk_size
        if self._length is not None:
            size = min(size, self._length - self._offset)
        chunk: bytes = yield Read(self._offset, size)
        end = self._offset + len(chunk)
        if len(chunk) < size:
            if self._length is not None:
                raise self._failure(f"The content ends after {end} of {self._length} bytes")
            self._length = end
        headers: dict[str, str | None] = {"Upload-Offset": str(self._offset)}
        if self._length is not None and not self._announced:
            headers["Upload-Length"] = str(self._length)
        call = _with_headers(self._plan.append, headers)._replace(body=chunk)
        answer = yield Ask(self._counted(call), self._url)
        if isinstance(answer, APIError):
            yield from self._again(answer)
            return
        before = self._offset
        self._move(_number(answer[1], "upload-offset"), end)
        if self._offset == before and chunk:
            raise self._failure(f"The server took none of {len(chunk)} bytes")
        self._attempt = 0
        self._announced = self._announced or self._length is not None

    def _again(self, error: APIError) -> Generator[Step, Any, None]:
        """Wait after a failure, and find out where to go on; raises ``error`` if there is an end
        to that."""
        if isinstance(error, APIStatusError) and error.status in _RETRIED:
            yield from self._wait(error, error.retry_after)
        elif isinstance(error, APIConnectionError):
            yield from self._wait(error, None)
        else:
            raise error
        before = self._offset
        if not (yield from self._find()):
            raise error
        if self._offset > before:
            # A try that brought something on begins a new count.
            self._attempt = 0

    def _wait(self, error: APIError, retry_after: float | None) -> Generator[Step, Any, None]:
        seconds = wait_before_retry(self._plan.policy, self._attempt, retry_after)
        self._attempt += 1
        if not isinstance(seconds, float):
            raise error
        yield Pause(seconds)

    def _move(self, offset: int | None, end: int | None) -> None:
        """Go to where the server is."""
        if offset is None:
            raise self._failure("The server doesn't say how far the upload is (Upload-Offset)")
        if end is not None and offset > end:
            raise self._failure(f"The server is at {offset}, and there are {end} bytes")
        self._offset = offset
        self._tell(0)

    def _counted(self, call: Call) -> Call:
        if self._plan.progress is None:
            return call
        options = replace(call.options or NO_OPTIONS, progress=lambda told: self._tell(told.done))
        return call._replace(options=options)

    def _tell(self, more: int) -> None:
        if self._plan.progress is not None:
            self._plan.progress(Progress(self._offset + more, self._length))

    def _failure(self, message: str) -> UploadError:
        return UploadError(message, operation=self._plan.append.operation)


def encode_metadata(metadata: Mapping[str, str]) -> str:
    """The value of ``Upload-Metadata``: keys and Base64 values."""
    for key in metadata:
        if _METADATA_KEY.fullmatch(key) is None:
            raise InvalidArgumentError(
                f"{key!r} is no key of upload metadata: spaces, commas and other letters than "
                "those of ASCII have no place in it"
            )
    return ",".join(
        f"{key} {base64.b64encode(value.encode('utf-8')).decode('ascii')}".rstrip()
        for key, value in metadata.items()
    )


def _with_headers(call: Call, headers: Mapping[str, str | None]) -> Call:
    given = {name: value for name, value in headers.items() if value is not None}
    return call._replace(headers={**call.headers, "Tus-Resumable": VERSION, **given})


def _number(reply: Reply | OpenReply, name: str) -> int | None:
    text = (reply.header(name) or "").strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _place(url: str, location: str | None) -> str:
    """Where an upload goes on: the place that its creation names, on the same server.

    Behind a proxy, a server may not know the name it is called by; and credentials stay where they
    belong.
    """
    try:
        place = urljoin(url, location or "")
        return place if origin(place) == origin(url) else url
    except ValueError:
        return url


def plan_upload(
    client: SyncClient | AsyncClient,
    calls: UploadCalls,
    call: Call,
    settings: UploadSettings,
) -> Upload:
    """What :func:`upload` needs; ``call`` holds the values for all three operations."""
    if settings.chunk_size < 1:
        raise InvalidArgumentError("chunk_size has to be at least one byte")
    file = named_content(call.body)
    if file is None:
        raise InvalidArgumentError(
            "Give bytes, a path, an open binary file or an iterator of bytes, "
            f"not {type(call.body).__name__}"
        )
    metadata = {"filename": file.name, "filetype": file.content_type or guess_type(file.name)}
    given = {key: value for key, value in metadata.items() if value}
    options = call.options or NO_OPTIONS
    # A key for all of the pieces would make one of them.
    call = call._replace(body=OMIT, options=replace(options, idempotency_key=None, progress=None))
    plain = call._replace(operation=calls.create)
    return Upload(
        create=plain,
        check=call._replace(operation=calls.check),
        append=call._replace(operation=calls.append),
        metadata={**given, **(settings.metadata or {})},
        chunk_size=settings.chunk_size,
        resume=settings.resume,
        progress=settings.progress or options.progress,
        policy=prepare(client._settings, client._bases, plain).retry,
    )


def run_upload(
    client: SyncClient, calls: UploadCalls, call: Call, settings: UploadSettings
) -> Uploaded:
    """Upload the body of ``call``."""
    plan = plan_upload(client, calls, call, settings)
    reader = open_reader(content_of(call.body))
    try:
        course = upload(plan, reader.length)
        answer: object = None
        while True:
            try:
                step = course.send(answer)
            except StopIteration as end:
                return cast("Uploaded", end.value)
            if isinstance(step, Ask):
                prepared = _prepared(client, step)
                try:
                    answer = prepared.url, client._take_steps(prepared)
                except APIError as error:
                    answer = error
            elif isinstance(step, Read):
                answer = reader.at(step.offset, step.size)
            else:
                plan.policy.clock.sleep(step.seconds)
    finally:
        reader.close()


async def run_async_upload(
    client: AsyncClient, calls: UploadCalls, call: Call, settings: UploadSettings
) -> Uploaded:
    """Upload the body of ``call``."""
    plan = plan_upload(client, calls, call, settings)
    reader = await open_async_reader(content_of(call.body))
    try:
        course = upload(plan, reader.length)
        answer: object = None
        while True:
            try:
                step = course.send(answer)
            except StopIteration as end:
                return cast("Uploaded", end.value)
            if isinstance(step, Ask):
                prepared = _prepared(client, step)
                try:
                    answer = prepared.url, await client._take_steps(prepared)
                except APIError as error:
                    answer = error
            elif isinstance(step, Read):
                answer = await reader.at(step.offset, step.size)
            else:
                await plan.policy.clock.async_sleep(step.seconds)
    finally:
        await reader.aclose()


def _prepared(client: SyncClient | AsyncClient, step: Ask) -> Prepared:
    prepared = prepare(client._settings, client._bases, step.call)
    if step.url is not None:
        prepared.url = step.url
    return prepared
