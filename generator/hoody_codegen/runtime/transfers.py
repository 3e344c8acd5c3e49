"""The course of a download without I/O: what to ask for, and what to make of the answers.

A body that breaks off is continued where it broke (RFC 9110 section 14: Range requests), if the
server said by which validator it can be recognised. ``If-Range`` then makes it send everything
anew when the content has changed meanwhile. Content under a coding such as gzip is counted in
other bytes than are read, so downloads ask for none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from .errors import (
    DigestMismatchError,
    IncompleteDownloadError,
    InvalidArgumentError,
    RangeNotSatisfiableError,
)
from .exchange import connection_error
from .progress import Progress
from .ranges import (
    ContentRange,
    Digest,
    content_length,
    is_encoded,
    is_single_range,
    read_content_range,
    read_digest,
    strong_validator,
)
from .requests import NO_OPTIONS
from .retry import can_repeat, wait_before_retry

if TYPE_CHECKING:
    from ._http import Fault
    from .calls import Call
    from .errors import APIConnectionError
    from .messages import HttpResponse
    from .progress import ProgressCallback
    from .requests import Prepared, Settings
    from .retry import Stop

PARTIAL: Final = 206


class StartOver(Exception):
    """An answer to a Range request that doesn't fit: ask for everything instead."""


class Transfer:
    """One download, from its first request to its last byte.

    The caller sends :meth:`call`, hands the head of the answer to :meth:`begin`, each piece to
    :meth:`take` and the end to :meth:`end`, and does what they say.

    ``rewindable`` says that what was taken can be thrown away, to begin anew. ``done`` counts the
    bytes that were handed on, ``expected`` is how many there should be in the end.
    """

    def __init__(
        self,
        call: Call,
        settings: Settings,
        *,
        rewindable: bool,
        progress: ProgressCallback | None = None,
    ) -> None:
        self._call = without_coding(call, settings)
        self._rewindable = rewindable
        self._progress = progress
        self._own_range = _given(call, settings, "range")
        self._validator: str | None = None
        self._resumable = False
        # Where in the whole content lies what was asked for.
        self._first = 0
        self._last: int | None = None
        # Bytes of the present answer; fewer than are done where some come again.
        self._position = 0
        self._best = 0
        self._attempt = 0
        self._prepared: Prepared | None = None
        self.done = 0
        self.expected: int | None = None
        self.digest: Digest | None = None

    def resume(self, done: int, validator: str | None) -> None:
        """Go on behind the ``done`` bytes that an earlier download left, if there are any.

        Raises InvalidArgumentError if the call itself asks for a range.
        """
        if self._own_range is not None:
            raise InvalidArgumentError("A download with a Range of its own can't be resumed")
        self.done = self._best = done
        self._validator = validator
        self._resumable = True

    @property
    def validator(self) -> str | None:
        """By which the content can be recognised later on; None if there is no way."""
        return self._validator if self._resumable else None

    @property
    def _continues(self) -> bool:
        return bool(self.done) and self._resumable

    def call(self) -> Call:
        """What to send next."""
        if not self._continues:
            return self._call
        last = "" if self._last is None else str(self._last)
        options = self._call.options or NO_OPTIONS
        headers = {
            **options.headers,
            "Range": f"bytes={self._first + self.done}-{last}",
            "If-Range": self._validator,
        }
        return self._call._replace(options=replace(options, headers=headers))

    def begin(self, prepared: Prepared, response: HttpResponse) -> bool:
        """Take the head of an answer; whether all that was taken before has to be thrown away.

        Raises StartOver if this answer is of no use, IncompleteDownloadError if none can be.
        """
        self._prepared = prepared
        if self._continues and response.status == PARTIAL:
            self._continue(response.headers)
            return False
        rewind = bool(self.done)
        self._restart(response)
        return rewind and not self.done

    def _continue(self, headers: Mapping[str, str]) -> None:
        """Check that a 206 goes on where the last answer ended."""
        stretch = read_content_range(headers.get("content-range"))
        if stretch is None or stretch.first != self._first + self.done or is_encoded(headers):
            raise StartOver
        by_etag = self._validator is not None and self._validator.startswith('"')
        if by_etag and headers.get("etag", self._validator) != self._validator:
            raise StartOver
        whole = None if stretch.total is None else stretch.total - self._first
        if self._last is not None:
            whole = self._last - self._first + 1
        if whole is not None and self.expected is not None and whole != self.expected:
            raise StartOver
        self.expected = whole if whole is not None else self.expected
        self._position = self.done
        if self.digest is None and self._own_range is None:
            # Nothing has gone through it: who has the first bytes can make up for that.
            self.digest = read_digest(headers, partial=True)

    def _restart(self, response: HttpResponse) -> None:
        """Take an answer that begins at the beginning."""
        headers = response.headers
        coded = is_encoded(headers)
        partial = response.status == PARTIAL
        validator = None if coded else strong_validator(headers)
        if self._rewindable:
            self.done = 0
        elif self.done and (partial or validator is None or validator != self._validator):
            raise self._incomplete("The content has changed since the download began")
        self._position = 0
        self._validator = validator
        self._first, self._last = 0, None
        self.expected = None if coded else content_length(headers)
        self.digest = None if coded else read_digest(headers, partial=partial)
        self._resumable = (
            validator is not None
            and self._call.operation.method == "GET"
            and headers.get("accept-ranges", "").strip().lower() != "none"
        )
        if partial:
            self._follow(read_content_range(headers.get("content-range")))

    def _follow(self, stretch: ContentRange | None) -> None:
        """Take up a part of the content, mostly the one that the caller asked for."""
        if self._own_range is not None:
            # The digest is one of the whole.
            self.digest = None
        if stretch is None or stretch.first is None or stretch.last is None:
            self._resumable = False
        elif self._own_range is None:
            # A part that nobody asked for: what is missing of the whole shows at the end.
            self.expected = stretch.last + 1 if stretch.total is None else stretch.total
            self._resumable = self._resumable and stretch.first == 0
        else:
            self._first, self._last = stretch.first, stretch.last
            self.expected = stretch.last - stretch.first + 1
            self._resumable = self._resumable and is_single_range(self._own_range)

    def refused(self, error: RangeNotSatisfiableError) -> bool:
        """Take a 416; True if everything is there already, False to start over.

        Raises ``error`` if the range was the caller's.
        """
        if not self._continues:
            raise error
        headers: Mapping[str, str] = {} if error.response is None else error.response.headers
        found = read_content_range(headers.get("content-range"))
        if found is not None and found.total == self._first + self.done:
            # If-Range held: or else the server would have sent everything.
            self.expected = self.done
            self.check()
            return True
        self.forget()
        return False

    def forget(self) -> None:
        """Ask for everything next time.

        Raises IncompleteDownloadError if it is too late for that.
        """
        if self.done and not self._rewindable:
            raise self._incomplete("The content has changed since the download began")
        self._resumable = False

    def take(self, piece: bytes) -> bytes:
        """Count a piece of the body; gives what of it is new.

        Raises IncompleteDownloadError if there is more than the server said.
        """
        self._position += len(piece)
        if self.expected is not None and self._position > self.expected:
            raise self._incomplete("More came than the server said")
        if self.digest is not None and self.digest.length + len(piece) == self._position:
            self.digest.update(piece)
        new = self._position - self.done
        if new <= 0:
            return b""
        self.done = self._position
        if self._progress is not None:
            self._progress(Progress(self.done, self.expected))
        return piece if new == len(piece) else piece[-new:]

    def end(self, fault: Fault | None) -> float | None:
        """Take the end of a body: None if that was all, else seconds to wait for the next try.

        Raises IncompleteDownloadError or APITimeoutError if there is no further try,
        DigestMismatchError if what came isn't what the server announced.
        """
        if fault is None and (self.expected is None or self._position == self.expected):
            self.check()
            return None
        prepared = self._sent()
        if self._resumable and self.done > self._best:
            # A try that brought something on begins a new count; there is an end to that.
            self._attempt = 0
        self._best = max(self._best, self.done)
        wait: float | Stop | None = None
        if (self._resumable or self._rewindable or not self.done) and can_repeat(
            prepared.method,
            replayable=prepared.replayable,
            idempotency_key=prepared.idempotency_key,
        ):
            wait = wait_before_retry(prepared.retry, self._attempt, None)
        self._attempt += 1
        if not isinstance(wait, float):
            raise self._broken(prepared, fault)
        return wait

    def check(self) -> None:
        """Compare the digest, if all of the content went through it.

        Raises DigestMismatchError.
        """
        digest = self.digest
        if digest is not None and digest.length == self.done and not digest.holds:
            raise DigestMismatchError(
                f"The {self.done} bytes that came don't match the digest of the answer",
                operation=self._call.operation,
                request=None if self._prepared is None else self._prepared.described(),
            )

    def _sent(self) -> Prepared:
        if self._prepared is None:
            raise RuntimeError("A body can't end before it begins")
        return self._prepared

    def _broken(self, prepared: Prepared, fault: Fault | None) -> APIConnectionError:
        if fault is not None and fault.timeout:
            return connection_error(prepared, fault)
        of = "" if self.expected is None else f" of {self.expected}"
        error = self._incomplete(f"The download broke off after {self.done}{of} bytes")
        error.__cause__ = None if fault is None else fault.error
        return error

    def _incomplete(self, message: str) -> IncompleteDownloadError:
        return IncompleteDownloadError(
            message,
            operation=self._call.operation,
            request=None if self._prepared is None else self._prepared.described(),
            received=self.done,
            expected=self.expected,
        )


def without_coding(call: Call, settings: Settings) -> Call:
    """``call`` asking for plain content, unless its caller asks for something else."""
    if _given(call, settings, "accept-encoding") is not None:
        return call
    return call._replace(headers={**call.headers, "Accept-Encoding": "identity"})


def _given(call: Call, settings: Settings, name: str) -> str | None:
    """The value that the caller gives for a header, by whatever way."""
    options = call.options or NO_OPTIONS
    for fields in (options.headers, call.headers, settings.headers):
        for key, value in fields.items():
            if key.lower() == name and isinstance(value, str):
                return value
    return None
