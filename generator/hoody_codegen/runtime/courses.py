"""The course of a stream, decided once for both colours: what its pieces mean, when it is over,
and what happens when it breaks off. Nothing here opens, reads or waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from ._http import Fault, OpenReply
from .calls import Call
from .decoding import NotJsonError, decode, reader
from .errors import (
    APIError,
    APIResponseValidationError,
    StreamInterruptedError,
)
from .exchange import connection_error
from .messages import HttpResponse, media_type
from .ndjson import LineParser
from .operation import Operation, StreamInfo
from .requests import NO_OPTIONS, Prepared, Settings
from .responses import EventTypes
from .results import annotation_of
from .retry import RetryPolicy, backoff
from .sentinels import OMIT
from .sse import MAX_EVENT_BYTES, EventParser, TooLongError
from .trailers import read_trailer, trailer_error
from .wire import as_mapping

if TYPE_CHECKING:
    from .options import RequestOptions

T = TypeVar("T")

MAX_OTHER_BYTES: Final = 1024 * 1024
"""How much is read of an answer that turns out to be no stream, to be shown in the error."""

_NO_INFO: Final = StreamInfo()
_EMPTY_STATUSES: Final = frozenset({204, 205})
_SILENT_HEARTBEATS: Final = 3.0
_EVENT_STREAM: Final = "text/event-stream"


@dataclass(slots=True)
class ServerSentEvent(Generic[T]):
    """One event of a stream.

    * ``event``: its name, ``"message"`` if the server gave none.
    * ``data``: what it carries, in the type documented for its name; JSON data or text where
      nothing is documented or something else arrived.
    * ``id``: the last ID the server has sent so far, ``""`` if there was none.
    * ``retry``: milliseconds to wait before reconnecting, if this event set them.
    """

    event: str
    data: T
    id: str = ""
    retry: int | None = None


def asks_for_result(call: Call) -> bool:
    """Whether the arguments of ``call`` ask for one JSON value in place of the stream."""
    switch = (call.operation.stream or _NO_INFO).switch
    if switch is None:
        return False
    options = call.options or NO_OPTIONS
    places: tuple[Mapping[str, object], ...]
    match switch.place:
        case "query":
            places = (options.query, call.query)
        case "header":
            places = (options.headers, call.headers)
        case "body":
            places = (options.body or {}, as_mapping(call.body) or {})
    for place in places:
        given = place.get(switch.name, OMIT)
        if given is not OMIT:
            if switch.place == "body":
                return given in switch.values
            # On the wire a boolean and its name are the same.
            return _text(given) in map(_text, switch.values)
    return False


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Course:
    """What both kinds of stream share.

    A colour opens :meth:`call`, tells of the answer with :meth:`opened`, hands every piece of the
    body to :meth:`feed`, and asks :meth:`after` what to do when the body has ended or broken.
    """

    kinds: tuple[str, ...] = ()
    """Media types that are read as this stream."""

    def __init__(self, settings: Settings, call: Call) -> None:
        self.first_call = call
        self.operation: Operation = call.operation
        self.info = call.operation.stream or _NO_INFO
        self.policy = _policy(settings.retry, call.options)
        self.settings = settings
        self.prepared: Prepared | None = None
        self.response: HttpResponse | None = None
        self.reply: OpenReply | None = None
        self.over = False
        self.closed = False
        """Whether the caller has closed the stream: whatever comes of that is no fault."""
        self.limit = MAX_EVENT_BYTES
        self.explicit_timeout = False
        if call.options is not None:
            self.explicit_timeout = call.options.timeout is not None
            if call.options.max_event_bytes is not None:
                self.limit = call.options.max_event_bytes

    def call(self) -> Call:
        """What is to be sent now."""
        return self.first_call

    def opened(self, prepared: Prepared, reply: OpenReply) -> bool:
        """Whether the answer is the stream; if not, :meth:`no_stream` says what to raise."""
        self.prepared = prepared
        self.reply = reply
        self.response = reply.described()
        if reply.status in _EMPTY_STATUSES:
            self.over = True
            return True
        return self._fits(media_type(reply.content_type))

    def _fits(self, kind: str) -> bool:
        return not kind or kind in self.kinds

    def no_stream(self, reply: OpenReply, body: bytes) -> APIError:
        """The error for an answer that is no stream; ``body`` is as much of it as was read."""
        reply.content = body
        self.response = reply.described()
        return APIResponseValidationError(
            f"The answer should be a stream ({self.kinds[0]}) and is {reply.content_type}",
            operation=self.operation,
            request=self._request(),
            response=self.response,
        )

    def feed(self, chunk: bytes) -> Iterator[Any]:
        """What is complete with ``chunk``."""
        raise NotImplementedError

    def finish(self) -> Iterator[Any]:
        """What is left when the body has come to its end."""
        return iter(())

    def after(self, fault: Fault | None) -> float | None:
        """Seconds until :meth:`call` is to be sent again; None if the stream has ended.

        Raises StreamInterruptedError if it should have gone on. ``fault`` is None where the server
        ended the body in good order.
        """
        raise NotImplementedError

    @property
    def stopped(self) -> bool:
        """Whether no more is to be read of this body."""
        return self.over or self.closed

    def lost(self, error: APIError) -> APIError:
        """What to raise where opening the stream again has failed with ``error``."""
        return error

    def _request(self) -> Any:
        return None if self.prepared is None else self.prepared.described()

    def _interrupted(
        self, message: str, fault: Fault | None, last_event_id: str = ""
    ) -> StreamInterruptedError:
        error = StreamInterruptedError(
            message,
            operation=self.operation,
            request=self._request(),
            last_event_id=last_event_id,
        )
        if fault is not None and self.prepared is not None:
            error.__cause__ = connection_error(self.prepared, fault)
        return error

    def _too_long(self, error: TooLongError) -> APIResponseValidationError:
        return APIResponseValidationError(
            f"{error}; RequestOptions(max_event_bytes=...) allows more",
            operation=self.operation,
            request=self._request(),
            response=self.response,
        )


def _policy(policy: RetryPolicy, options: RequestOptions | None) -> RetryPolicy:
    if options is None or options.max_retries is None:
        return policy
    return replace(policy, max_retries=options.max_retries)


class EventCourse(Course):
    """The course of server-sent events (HTML Living Standard, section 9.2)."""

    kinds = (_EVENT_STREAM,)

    def __init__(self, settings: Settings, call: Call, types: object) -> None:
        super().__init__(settings, call)
        self._types: EventTypes[Any] = (
            types if isinstance(types, EventTypes) else EventTypes({}, annotation_of(types))
        )
        self._readers: dict[str, Callable[[str], Any]] = {}
        self._special = frozenset((*self.info.end, *self.info.reset, *self.info.ignore))
        given = self._given(call)
        self._fresh = True
        self._position: object = None
        self._parser = EventParser(self.limit, given)
        self._retry: float | None = None
        self._reset = False
        self._forgotten = False
        self._tries = 0
        self._alive = False
        self._opened_at = 0.0

    @property
    def last_event_id(self) -> str:
        return self._parser.last_event_id

    def _given(self, call: Call) -> str:
        """The ID that the caller goes on from."""
        header = self.info.resume_header
        value = call.headers.get(header) if header is not None else None
        return value if isinstance(value, str) else ""

    @property
    def _resumable(self) -> bool:
        return self.info.resume_header is not None or self.info.resume_query is not None

    def call(self) -> Call:
        call = self.first_call
        return call if self._fresh else self._resumed(call)

    def _resumed(self, call: Call) -> Call:
        """``call`` from where the stream stands: as it was made, if it stands at the start."""
        info, options = self.info, call.options
        headers, query = dict(call.headers), dict(call.query)
        extra = dict(options.headers) if options is not None else {}
        extra_query = dict(options.query) if options is not None else {}
        if info.resume_header is not None and (self.last_event_id or self._forgotten):
            _drop(headers, info.resume_header)
            _drop(extra, info.resume_header)
            if self.last_event_id:
                headers[info.resume_header] = self.last_event_id
        position = self._position
        if info.resume_query is not None and (position is not None or self._forgotten):
            for name in (info.resume_query, *info.resume_replaces):
                query.pop(name, None)
                extra_query.pop(name, None)
            if position is not None:
                query[info.resume_query] = position
        if options is not None:
            options = replace(options, headers=extra, query=extra_query)
        return call._replace(headers=headers, query=query, options=options)

    def opened(self, prepared: Prepared, reply: OpenReply) -> bool:
        fits = super().opened(prepared, reply)
        self._parser = EventParser(self.limit, self._parser.last_event_id)
        self._alive = False
        self._opened_at = self.policy.clock.monotonic()
        self._fresh = False
        if fits and not self.explicit_timeout:
            beat = self.info.heartbeat
            reply.allow_silence(None if beat is None else beat * _SILENT_HEARTBEATS)
        return fits

    def feed(self, chunk: bytes) -> Iterator[ServerSentEvent[Any]]:
        self._alive = True
        info = self.info
        readers = self._readers
        by_query = info.resume_query is not None
        special = self._special
        try:
            for name, data, id_, retry in self._parser.feed(chunk):
                if by_query:
                    self._note_position(data, id_)
                read = readers.get(name) or self._reader(name)
                if not special or name not in special:
                    yield ServerSentEvent(name, read(data), id_, retry)
                    continue
                if name in info.ignore:
                    continue
                yield ServerSentEvent(name, read(data), id_, retry)
                if name in info.end:
                    self.over = True
                    return
                if name in info.reset:
                    self._reset = True
                    return
        except TooLongError as error:
            raise self._too_long(error) from None

    def _reader(self, name: str) -> Callable[[str], Any]:
        found = _data_reader(self._types.named.get(name, self._types.other))
        # Names come from the server: a great many different ones aren't remembered.
        if len(self._readers) < 256:
            self._readers[name] = found
        return found

    def _note_position(self, data: str, id_: str) -> None:
        value: object = None
        if self.info.resume_field is not None:
            try:
                value = decode(data, Any)
            except NotJsonError:
                value = None
            for key in self.info.resume_field.split("."):
                value = value.get(key) if isinstance(value, Mapping) else None
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            self._position = value
        elif id_:
            self._position = id_

    @property
    def stopped(self) -> bool:
        return self.over or self._reset or self.closed

    def after(self, fault: Fault | None) -> float | None:
        if self.over or self.closed:
            return None
        if self._reset:
            self._parser.last_event_id = ""
            self._position = None
            self._reset = False
            self._forgotten = True
        elif not self._resumable or self.policy.max_retries <= 0:
            self._end(fault)
            return None
        clock = self.policy.clock
        if self._alive or clock.monotonic() - self._opened_at >= self.policy.max_delay:
            self._tries = 0
        elif self._tries >= self.policy.max_retries:
            raise self._interrupted(
                f"The stream broke off, and {self._tries} reconnections in a row brought nothing",
                fault,
                self.last_event_id,
            )
        wait = self._wait()
        self._tries += 1
        return wait

    def _wait(self) -> float:
        if self._parser.retry is not None:
            self._retry = self._parser.retry / 1000
        wait = backoff(self.policy, self._tries)
        if self._retry is None:
            return wait
        if self._retry > self.policy.max_retry_after:
            raise self._interrupted(
                f"The stream broke off, and the server asks to wait {self._retry:g} seconds "
                f"before reconnecting (more than {self.policy.max_retry_after:g})",
                None,
                self.last_event_id,
            )
        return self._retry if self._tries == 0 else max(self._retry, wait)

    def _end(self, fault: Fault | None) -> None:
        if fault is not None:
            raise self._interrupted(
                f"The stream broke off: {fault.message}", fault, self.last_event_id
            )
        if self.info.end:
            names = " or ".join(repr(name) for name in self.info.end)
            raise self._interrupted(
                f"The server ended the stream without its end event ({names})",
                None,
                self.last_event_id,
            )

    def lost(self, error: APIError) -> APIError:
        interrupted = self._interrupted(
            f"The stream broke off and couldn't be opened again: {error.message}",
            None,
            self.last_event_id,
        )
        interrupted.__cause__ = error
        return interrupted


def _data_reader(annotation: object) -> Callable[[str], Any]:
    """What reads the data of an event as ``annotation``: JSON as far as it fits, else the text."""
    return str if annotation is str else reader(annotation, or_text=True)


def _drop(headers: dict[str, Any], name: str) -> None:
    for key in [key for key in headers if key.lower() == name.lower()]:
        del headers[key]


class LinesCourse(Course):
    """The course of JSON values that come one a line."""

    kinds = (
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonl",
        "application/jsonlines",
        "application/x-jsonlines",
        "application/json-lines",
        "application/json-seq",
        "application/stream+json",
        "application/octet-stream",
        "text/plain",
    )

    def __init__(self, settings: Settings, call: Call, returns: object) -> None:
        super().__init__(settings, call)
        self._read = reader(annotation_of(returns))
        self._parser = LineParser(self.limit)
        self._number = 0
        self.trailer: dict[str, Any] | None = None

    def feed(self, chunk: bytes) -> Iterator[Any]:
        read = self._read
        has_trailer = self.info.trailer is not None
        try:
            for line in self._parser.feed(chunk):
                self._number += 1
                if has_trailer and self._is_trailer(line):
                    return
                try:
                    value = read(line)
                except NotJsonError as error:
                    raise self._not_json(error) from error
                yield value
        except TooLongError as error:
            raise self._too_long(error) from None

    def finish(self) -> Iterator[Any]:
        line = self._parser.finish()
        if line and not self._is_trailer(line):
            self._number += 1
            try:
                value = self._read(line)
            except NotJsonError:
                raise self._interrupted(
                    f"The stream broke off in the middle of line {self._number}", None
                ) from None
            yield value

    def _not_json(self, error: NotJsonError) -> APIResponseValidationError:
        return APIResponseValidationError(
            f"Line {self._number} isn't JSON: {error}",
            operation=self.operation,
            request=self._request(),
            response=self.response,
        )

    def _is_trailer(self, line: bytes) -> bool:
        """Whether this line is the documented last one; raises the error that it reports."""
        found = read_trailer(line, self.info)
        if found is None:
            return False
        self.trailer = found
        self.over = True
        if self.prepared is not None and self.response is not None:
            error = trailer_error(self.settings, self.prepared, self.response, found)
            if error is not None:
                raise error
        return True

    def after(self, fault: Fault | None) -> float | None:
        if self.over or self.closed:
            return None
        if fault is not None:
            raise self._interrupted(f"The stream broke off: {fault.message}", fault)
        if self.info.trailer is not None:
            raise self._interrupted(
                f"The server ended the stream after {self._number} lines without its last line "
                f"(the one with {self.info.trailer!r})",
                None,
            )
        return None
