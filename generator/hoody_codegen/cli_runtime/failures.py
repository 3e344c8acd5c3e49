"""What went wrong, for people, and the exit status that says it to programs."""

from __future__ import annotations

from typing import Any, Final

import click

from .context import Invocation
from .formats import safe
from .layout import definitions, width, wrapped

FAILED: Final = 1
USAGE: Final = 2
AUTHENTICATION: Final = 3
NOT_FOUND: Final = 4
SERVER: Final = 5
CONNECTION: Final = 6
INTERRUPTED: Final = 130

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""


def report(invocation: Invocation, error: BaseException) -> int:
    """Print ``error`` to stderr, and return the exit status that it stands for."""
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        _print(invocation, "Interrupted.")
        return INTERRUPTED
    if isinstance(error, click.UsageError):
        return _usage(invocation, error)
    if isinstance(error, click.ClickException):
        _print(invocation, _headline(invocation, error.format_message()))
        return error.exit_code
    errors = invocation.app.errors()
    if isinstance(error, errors.APIError):
        return _api(invocation, errors, error)
    if isinstance(error, OSError):
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        _print(invocation, _headline(invocation, what))
        return FAILED
    return _unexpected(invocation, error)


def _print(invocation: Invocation, text: str) -> None:
    print(text, file=invocation.err, flush=True)


def _paint(invocation: Invocation, text: str, **style: Any) -> str:
    return click.style(text, **style) if invocation.has_colour(invocation.err) else text


def _headline(invocation: Invocation, text: str) -> str:
    first, *more = safe(text).split("\n")
    head = _paint(invocation, f"{invocation.app.name}:", fg="red", bold=True)
    return "\n".join([f"{head} {first}", *more])


def _usage(invocation: Invocation, error: click.UsageError) -> int:
    _print(invocation, _headline(invocation, error.format_message()))
    if error.ctx is not None:
        _print(invocation, f"{error.ctx.command_path} --help shows what it takes.")
    return error.exit_code


def _unexpected(invocation: Invocation, error: BaseException) -> int:
    """A fault of the program: with ``--verbose`` it shows where."""
    _print(invocation, _headline(invocation, f"{type(error).__name__}: {error}"))
    if invocation.settings.verbose:
        import traceback

        _print(invocation, "".join(traceback.format_exception(error)).rstrip())
    else:
        _print(invocation, "This is a fault of the program; --verbose shows where.")
    return FAILED


# What the client raises


def status_of(errors: Any, error: BaseException) -> int:
    """The exit status for an exception of the client; ``errors`` is their module."""
    if isinstance(error, errors.APIStatusError):
        status = getattr(error, "status", 0)
        if status == 401:
            return AUTHENTICATION
        if status == 404:
            return NOT_FOUND
        return SERVER if status >= 500 else FAILED
    table = (
        ("MissingTokenError", AUTHENTICATION),
        ("SecondFactorRequiredError", AUTHENTICATION),
        ("ConfigurationError", USAGE),
        ("InvalidArgumentError", USAGE),
        ("APIConnectionError", CONNECTION),
    )
    for name, status in table:
        if isinstance(error, getattr(errors, name)):
            return status
    return FAILED


def _api(invocation: Invocation, errors: Any, error: Any) -> int:
    status = status_of(errors, error)
    if isinstance(error, errors.APIStatusError):
        lines = _answer(invocation, error)
    elif isinstance(error, errors.MissingTokenError):
        # What the exception says is meant for those who call the client.
        said = "This needs a token, and there is none. Nothing was sent."
        lines = [_headline(invocation, said)]
    else:
        lines = [_headline(invocation, str(error))]
        cause = error.__cause__
        if status == CONNECTION and cause is not None and str(cause) not in str(error):
            lines.append(f"  cause: {safe(str(cause))}")
    if status == AUTHENTICATION:
        lines.append(f"  {_ways_in(invocation)}")
    request = error.request
    if status == CONNECTION and request is not None and request.method not in _SAFE:
        lines.append("  Whether the server did what was asked isn't known.")
    _print(invocation, "\n".join(lines))
    return status


def _ways_in(invocation: Invocation) -> str:
    app = invocation.app
    words = " ".join((app.name, *app.login))
    login = f"{words!r} signs in; " if app.login else ""
    return f"{login}--token or {app.env_prefix}_TOKEN give a token."


def _answer(invocation: Invocation, error: Any) -> list[str]:
    """An error answer: what it says, what that means, what to do, and what it may be."""
    columns = width()
    request = error.request
    where = f"{request.method} {request.path}" if request is not None else ""
    head = " ".join(part for part in (str(error.status), error.code or "") if part)
    said = error.message or error.title or "the server gives no reason"
    lines = [_headline(invocation, f"{head}: {said}")]
    if where:
        lines.append(f"  {safe(where)}")

    def part(name: str, text: str) -> None:
        if text.strip():
            label = f"  {name}: "
            body = wrapped(text, " " * len(label), columns)
            lines.append(_paint(invocation, label, bold=True) + body.lstrip(" "))

    meaning = [text for text in (error.title, error.description) if text]
    told = _bare(said)
    distinct = dict.fromkeys(text.rstrip(". ") for text in meaning if _bare(text) != told)
    part("means", ". ".join(distinct) + ("." if distinct else ""))
    part("to do", error.resolution)
    for name, texts in error.fields.items():
        part(f"field {safe(name)}", "; ".join(texts))
    if error.retry_after is not None:
        part("retry after", f"{error.retry_after:g} s")
    if error.request_id:
        part("request id", error.request_id)
    candidates = _candidates(error)
    if candidates:
        lines.append("  It may be one of the errors documented for this status:")
        listed = "\n".join(definitions(candidates, columns - 2))
        lines += [f"  {line}" for line in listed.split("\n")]
    return lines


def _candidates(error: Any) -> list[tuple[str, str]]:
    """Documented errors of this status, where the answer didn't name one of them."""
    found: dict[str, str] = {}
    for entry in error.possible:
        texts = dict.fromkeys(
            text.rstrip(". ") for text in (entry.title, entry.description) if text
        )
        meaning = ". ".join(texts) + ("." if texts else "")
        if entry.resolution:
            meaning = f"{meaning} To do: {entry.resolution}"
        if entry.code:
            found.setdefault(entry.code, meaning)
    return list(found.items())


def _bare(text: str) -> str:
    return text.strip(" .").casefold()
