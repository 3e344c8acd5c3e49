"""Runs a program in this process and keeps what it writes."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

WIDTH = 1000
"""Columns of the terminal that commands believe in: tables cut nothing off."""


class Done(NamedTuple):
    """A finished run: exit status, and the bytes of both streams."""

    status: int
    output: bytes
    errors: bytes

    @property
    def text(self) -> str:
        return self.output.decode()

    @property
    def messages(self) -> str:
        return self.errors.decode()


class Program:
    """A program that is called as from a shell, in an environment of its own.

    ``run`` is the runtime's ``main.run``; ``environment`` replaces that of this process.
    """

    def __init__(
        self,
        run: Callable[[Any, Sequence[str]], int],
        app: Any,
        environment: Mapping[str, str],
    ) -> None:
        self._run = run
        self.app = app
        self.environment = {
            "PATH": os.environ.get("PATH", ""),
            "COLUMNS": str(WIDTH),
            **environment,
        }

    def __call__(
        self,
        *words: str,
        stdin: bytes = b"",
        environment: Mapping[str, str] | None = None,
        app: Any = None,
    ) -> Done:
        output, errors = io.BytesIO(), io.BytesIO()
        with tempfile.TemporaryFile() as given:  # a program may read it by its number
            given.write(stdin)
            given.seek(0)
            streams = _Streams(
                stdin=io.TextIOWrapper(given, encoding="utf-8"),
                stdout=io.TextIOWrapper(output, encoding="utf-8", write_through=True),
                stderr=io.TextIOWrapper(errors, encoding="utf-8", write_through=True),
            )
            with _placed(streams), _environment({**self.environment, **(environment or {})}):
                status = self._run(self.app if app is None else app, list(words))
                streams.stdout.flush()
                streams.stderr.flush()
            done = Done(status, output.getvalue(), errors.getvalue())
            for stream in streams:
                stream.detach()
        return done


class _Streams(NamedTuple):
    stdin: io.TextIOWrapper
    stdout: io.TextIOWrapper
    stderr: io.TextIOWrapper


@contextmanager
def _placed(streams: _Streams) -> Iterator[None]:
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = streams
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
