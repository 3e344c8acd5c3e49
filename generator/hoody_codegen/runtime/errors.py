"""The exceptions of a client.

``APIError`` is the base of all. An error answer of the server is an ``APIStatusError``: one class
for each status, and below it, generated, one class for each documented code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from .messages import HttpRequest, HttpResponse
    from .operation import ErrorEntry, Operation
    from .sessions import Session


class APIError(Exception):
    """Base of everything that a client raises on its own account."""

    message: str
    operation: Operation | None
    request: HttpRequest | None

    def __init__(
        self,
        message: str = "",
        *,
        operation: Operation | None = None,
        request: HttpRequest | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation
        self.request = request

    def _where(self) -> str:
        """``"GET /path: "``, as far as it is known. The query stays out: it may hold secrets."""
        if self.request is not None:
            return f"{self.request.method} {self.request.path}: "
        if self.operation is not None:
            return f"{self.operation.method} {self.operation.path}: "
        return ""

    def __str__(self) -> str:
        return self._where() + self.message


class ConfigurationError(APIError):
    """The client can't send the call as it is set up; nothing was sent."""


class MissingTokenError(ConfigurationError):
    """The operation needs a token and the client has none; nothing was sent."""


class SecondFactorRequiredError(APIError):
    """The password was right, and a code of a second factor is needed to finish signing in.

    ``method`` says what kind of code is meant, such as ``"totp"``, if the server says so. To go
    on, call ``client.complete_login(error, code)``: the password isn't asked for again. That needs
    this very exception; copies of it don't hold what the server has to be told.
    """

    method: str | None
    ticket: str | None
    session: Session | None

    def __init__(
        self,
        message: str = "",
        *,
        operation: Operation | None = None,
        method: str | None = None,
        ticket: str | None = None,
        session: Session | None = None,
    ) -> None:
        kind = f" ({method})" if method else ""
        super().__init__(
            message
            or f"A code of the second factor{kind} is needed: give code=… when signing in, or go "
            "on with complete_login(error, code)",
            operation=operation,
        )
        self.method = method
        self.ticket = ticket
        self.session = session

    def __reduce__(self) -> tuple[Any, ...]:
        """Without what would finish the sign-in."""
        shown = {**self.__dict__, "ticket": None, "session": None}
        return type(self), self.args, shown


class AddressError(ConfigurationError):
    """The address of a service is incomplete or no HTTP address; nothing was sent."""


class InvalidArgumentError(APIError, ValueError):
    """An argument can't be put on the wire as it is; nothing was sent."""


class APIConnectionError(APIError):
    """No complete answer came: the connection failed or broke off."""


class APITimeoutError(APIConnectionError):
    """No complete answer came in the time allowed for one try."""


class DeadlineExceededError(APITimeoutError):
    """The call didn't come to an end before its deadline, or couldn't any more.

    ``deadline`` is its length in seconds. The last failure of a try, if there was one, is the
    ``__cause__``: an APIError.
    """

    deadline: float

    def __init__(
        self,
        message: str = "",
        *,
        operation: Operation | None = None,
        request: HttpRequest | None = None,
        deadline: float = 0.0,
    ) -> None:
        super().__init__(message, operation=operation, request=request)
        self.deadline = deadline


class IncompleteDownloadError(APIConnectionError):
    """A download ended before its end, or past it, and can't be continued.

    ``received`` and ``expected`` are bytes of the content; ``expected`` is None where the server
    didn't say.
    """

    received: int
    expected: int | None

    def __init__(
        self,
        message: str = "",
        *,
        operation: Operation | None = None,
        request: HttpRequest | None = None,
        received: int = 0,
        expected: int | None = None,
    ) -> None:
        super().__init__(message, operation=operation, request=request)
        self.received = received
        self.expected = expected


class UploadError(APIConnectionError):
    """A resumable upload can't go on: the server keeps another state than the client sent."""


class StreamInterruptedError(APIConnectionError):
    """A stream broke off before its end and couldn't be continued.

    ``last_event_id`` is the last ID that the server sent, ``""`` if there was none.
    """

    last_event_id: str

    def __init__(
        self,
        message: str = "",
        *,
        operation: Operation | None = None,
        request: HttpRequest | None = None,
        last_event_id: str = "",
    ) -> None:
        super().__init__(message, operation=operation, request=request)
        self.last_event_id = last_event_id


class WebSocketClosedError(APIConnectionError):
    """The WebSocket is closed: nothing can be sent or received any more.

    ``code`` and ``reason`` are those of the side that closed it first (RFC 6455 section 7.4); code
    1006 says that the connection broke off.
    """

    code: int
    reason: str

    def __init__(
        self,
        message: str = "",
        *,
        operation: Operation | None = None,
        request: HttpRequest | None = None,
        code: int = 1006,
        reason: str = "",
    ) -> None:
        super().__init__(message, operation=operation, request=request)
        self.code = code
        self.reason = reason


class APIResponseValidationError(APIError):
    """The server's answer can't be read as what the operation returns.

    ``response`` keeps status, headers and the body as it came.
    """

    response: HttpResponse | None

    def __init__(
        self,
        message: str = "",
        *,
        operation: Operation | None = None,
        request: HttpRequest | None = None,
        response: HttpResponse | None = None,
    ) -> None:
        super().__init__(message, operation=operation, request=request)
        self.response = response

    @property
    def status(self) -> int:
        """Status of the answer."""
        return 0 if self.response is None else self.response.status

    @property
    def body(self) -> object:
        """The body as it could be read: JSON data or text."""
        return None if self.response is None else self.response.body


class DigestMismatchError(APIResponseValidationError):
    """What came isn't what the digest in the headers of the answer says."""


class PaginationError(APIError):
    """A list doesn't come to an end: the server sent the same page or cursor twice."""


class ErrorFacts(NamedTuple):
    """What an error answer says, joined with what is documented about it."""

    code: str | None = None
    entry: ErrorEntry | None = None
    possible: tuple[ErrorEntry, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    retry_after: float | None = None
    request_id: str | None = None


class APIStatusError(APIError):
    """The server answered with an error status.

    * ``status``: the HTTP status.
    * ``code``: the machine-readable code of the answer, None if it names none.
    * ``title``, ``description``, ``resolution``: what the documentation says about this code on
      this operation; empty if it says nothing.
    * ``possible``: errors documented for this status, where the answer's code isn't one of them.
    * ``fields``: messages by field of the request, as far as the answer names fields.
    * ``retry_after``: seconds that the server asks to wait.
    * ``request_id``: what the server calls this request.
    * ``body``: the decoded body: JSON data, text, or None.
    """

    status: int = 0
    code: str | None = None
    title: str = ""
    description: str = ""
    resolution: str = ""
    possible: tuple[ErrorEntry, ...] = ()
    fields: Mapping[str, tuple[str, ...]]
    retry_after: float | None = None
    request_id: str | None = None
    response: HttpResponse | None

    def __init__(
        self,
        message: str = "",
        *,
        operation: Operation | None = None,
        request: HttpRequest | None = None,
        response: HttpResponse | None = None,
        facts: ErrorFacts | None = None,
    ) -> None:
        super().__init__(message, operation=operation, request=request)
        self.response = response
        self.fields = {}
        if response is not None:
            self.status = response.status
        if facts is not None:
            self.code = facts.code
            self.possible = facts.possible
            self.fields = facts.fields
            self.retry_after = facts.retry_after
            self.request_id = facts.request_id
            if facts.entry is not None:
                self.title = facts.entry.title
                self.description = facts.entry.description
                self.resolution = facts.entry.resolution

    @property
    def body(self) -> object:
        """The decoded body of the answer: JSON data, text, or None if it is empty."""
        return None if self.response is None else self.response.body

    def __str__(self) -> str:
        head = " ".join(part for part in (str(self.status or ""), self.code or "") if part)
        said, *meaning = _distinct((self.message, self.title, self.description)) or [""]
        first = self._where() + head
        if said:
            first += (": " if head else "") + said
        lines = [first]
        if meaning:
            lines.append(f"  means: {_indented('. '.join(text.rstrip('. ') for text in meaning))}")
        if self.resolution:
            lines.append(f"  to do: {_indented(self.resolution)}")
        lines += [f"  field {name}: {'; '.join(texts)}" for name, texts in self.fields.items()]
        candidates = [entry.code for entry in self.possible if entry.code]
        if candidates:
            lines.append(f"  documented for this status: {', '.join(candidates)}")
        if self.retry_after is not None:
            lines.append(f"  retry after: {self.retry_after:g} s")
        if self.request_id:
            lines.append(f"  request id: {self.request_id}")
        return "\n".join(lines)


def _distinct(texts: Iterable[str]) -> list[str]:
    """The texts that say something, each once; a full stop makes no difference."""
    found: dict[str, str] = {}
    for text in texts:
        if text:
            found.setdefault(text.strip(" .").casefold(), text)
    return list(found.values())


def _indented(text: str) -> str:
    """Paragraphs of a text below each other, as far in as the first."""
    return "\n         ".join(line.strip() for line in text.splitlines() if line.strip())


class RetryAfterError(APIStatusError):
    """The server asks to wait for longer than this client does (``RetryPolicy.max_retry_after``).

    ``retry_after`` is what it asks for, in seconds. Errors of this class are also of the class of
    their status and of their documented code.
    """

    def __str__(self) -> str:
        return f"{super().__str__()}\n  not tried again: that is longer than this client waits"


class RedirectError(APIStatusError):
    """A redirect (3xx) that isn't followed, such as a POST to another host."""


class NotModifiedError(APIStatusError):
    """304 Not Modified: the condition of the request (``If-None-Match``, ``If-Modified-Since``)
    says that the caller has the present state already. No failure: there is nothing to return."""

    status = 304


class ClientError(APIStatusError):
    """4xx: the request can't be fulfilled as it is."""


class ServerError(APIStatusError):
    """5xx: the server failed to fulfil the request."""


class BadRequestError(ClientError):
    """400 Bad Request."""

    status = 400


class AuthenticationError(ClientError):
    """401 Unauthorized: credentials are missing, wrong or expired."""

    status = 401


class PaymentRequiredError(ClientError):
    """402 Payment Required."""

    status = 402


class PermissionDeniedError(ClientError):
    """403 Forbidden: the credentials don't allow this."""

    status = 403


class NotFoundError(ClientError):
    """404 Not Found."""

    status = 404


class MethodNotAllowedError(ClientError):
    """405 Method Not Allowed."""

    status = 405


class NotAcceptableError(ClientError):
    """406 Not Acceptable."""

    status = 406


class RequestTimeoutError(ClientError):
    """408 Request Timeout: the server gave up waiting."""

    status = 408


class ConflictError(ClientError):
    """409 Conflict with the present state."""

    status = 409


class GoneError(ClientError):
    """410 Gone."""

    status = 410


class LengthRequiredError(ClientError):
    """411 Length Required."""

    status = 411


class PreconditionFailedError(ClientError):
    """412 Precondition Failed: a condition such as If-Match doesn't hold."""

    status = 412


class ContentTooLargeError(ClientError):
    """413 Content Too Large."""

    status = 413


class UnsupportedMediaTypeError(ClientError):
    """415 Unsupported Media Type."""

    status = 415


class RangeNotSatisfiableError(ClientError):
    """416 Range Not Satisfiable."""

    status = 416


class UnprocessableEntityError(ClientError):
    """422 Unprocessable Content: understood, but not valid."""

    status = 422


class LockedError(ClientError):
    """423 Locked (RFC 4918)."""

    status = 423


class TooEarlyError(ClientError):
    """425 Too Early (RFC 8470)."""

    status = 425


class PreconditionRequiredError(ClientError):
    """428 Precondition Required (RFC 6585): a condition such as If-Match is missing."""

    status = 428


class RateLimitError(ClientError):
    """429 Too Many Requests (RFC 6585)."""

    status = 429


class HeaderFieldsTooLargeError(ClientError):
    """431 Request Header Fields Too Large (RFC 6585)."""

    status = 431


class InternalServerError(ServerError):
    """500 Internal Server Error."""

    status = 500


class NotImplementedByServerError(ServerError):
    """501 Not Implemented."""

    status = 501


class BadGatewayError(ServerError):
    """502 Bad Gateway."""

    status = 502


class ServiceUnavailableError(ServerError):
    """503 Service Unavailable."""

    status = 503


class GatewayTimeoutError(ServerError):
    """504 Gateway Timeout."""

    status = 504


class InsufficientStorageError(ServerError):
    """507 Insufficient Storage (RFC 4918)."""

    status = 507


STATUS_CLASSES: Final[Mapping[int, type[APIStatusError]]] = {
    cls.status: cls
    for base in (APIStatusError, ClientError, ServerError)
    for cls in base.__subclasses__()
    if cls.status
}
"""The class for each status that has one of its own."""


def status_class(status: int) -> type[APIStatusError]:
    """The class for ``status``: its own, or the one of its hundred."""
    known = STATUS_CLASSES.get(status)
    if known is not None:
        return known
    if 300 <= status < 400:
        return RedirectError
    if 400 <= status < 500:
        return ClientError
    return ServerError if 500 <= status < 600 else APIStatusError
