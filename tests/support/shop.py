"""A small program over a client that notes down its calls: tests of its parts stand on it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hoody_codegen.cli_runtime.main import run
from hoody_codegen.cli_runtime.model import (
    App,
    Argument,
    Column,
    Command,
    Group,
    Kind,
    Option,
    Output,
    Scope,
    ScopeArgument,
)
from hoody_codegen.runtime import errors as runtime_errors
from hoody_codegen.runtime import options as runtime_options
from hoody_codegen.runtime.operation import ErrorEntry

COLOURS = Kind(choices=("red", "green", "blue"), closed=True)
SIZES = Kind(choices=("small", "large"))

LIST = Command(
    path=("boxes", "list"),
    method="api.boxes.list",
    request="GET /boxes",
    summary="List boxes.",
    options=(
        Option("--limit", "limit", kind=Kind("integer", minimum=1, maximum=100), default="20"),
        Option("--since", "since", kind=Kind("datetime"), help="Only newer ones"),
        Option("--archived", "archived", kind=Kind("boolean")),
        Option("--deep", "deep", kind=Kind("flag")),
        Option("--columns", "columns", help="Of the server, not of the table"),
    ),
    output=Output("table", (Column("id", "ID"), Column("name", "Name"))),
    example="shop boxes list --limit 5",
)
CREATE = Command(
    path=("boxes", "create"),
    method="api.boxes.create",
    request="POST /shelves/{id}/boxes",
    summary="Create a box.",
    description="A box stands on a shelf.\n\n- It has a name.\n- It has a colour.",
    arguments=(Argument("SHELF_ID", "id", flag="--shelf", help="Where it stands"),),
    options=(
        Option("--name", "name", required=True, kind=Kind(shortest=2, longest=8), field="name"),
        Option("--color", "color", kind=COLOURS, field="color", help="Its colour"),
        Option("--size", "size", kind=SIZES, field="boxSize"),
        Option("--bytes", "bytes_", kind=Kind("integer", unit="bytes"), field="bytes"),
        Option("--wait", "wait", kind=Kind("number", unit="s"), field="wait"),
        Option("--tag", "tags", many=True, field="tags"),
        Option("--label", "labels", mapping=True, field="labels"),
        Option("--comment", "comment", nullable=True, field="comment"),
        Option("--config", "config", kind=Kind("json"), field="config"),
        Option("--config.type", "config", ("type",), COLOURS, required=True, field="config"),
        Option("--config.deep.on", "config", ("deep", "on"), Kind("boolean"), field="config"),
        Option("--expires-at", "expires_at", kind=Kind("datetime"), field="expiresAt"),
        Option("--day", "day", kind=Kind("date"), field="day"),
    ),
    has_body=True,
    output=Output("object"),
    example="shop boxes create SHELF_ID --name tool",
)
DELETE = Command(
    path=("boxes", "delete"),
    method="api.boxes.delete",
    request="DELETE /boxes/{id}",
    summary="Delete a box.",
    arguments=(Argument("BOX_ID", "id"),),
    destructive=True,
    example="shop boxes delete BOX_ID --yes",
)
PASSWORD = Command(
    path=("users", "set-password"),
    method="api.users.set_password",
    request="PUT /password",
    summary="Set the password.",
    options=(Option("--new-password", "new_password", required=True, secret=True),),
    has_body=True,
    output=Output("none"),
)
PUT = Command(
    path=("files", "put"),
    method="files.put",
    request="PUT /files/{path}",
    summary="Write a file.",
    arguments=(Argument("PATH", "path"),),
    body="content",
    has_body=True,
    body_kind=Kind("bytes"),
    body_required=True,
    scope="box",
)
MOVE = Command(
    path=("boxes", "move"),
    method="api.boxes.move",
    request="POST /shelves/{shelf}/boxes/{box}",
    summary="Move a box.",
    arguments=(Argument("SHELF_ID", "shelf", flag="--shelf"), Argument("BOX_ID", "box")),
    deprecated=True,
)
MODULES = {
    "api_boxes": (LIST, CREATE, DELETE, MOVE),
    "api_users": (PASSWORD,),
    "files_files": (PUT,),
}

ENTRIES = (
    ErrorEntry("NO_BOX", "No such box", "There is no box of this id", "Look at the list"),
    ErrorEntry("NO_SHELF", "No such shelf"),
)


class Called(NamedTuple):
    method: str
    arguments: dict[str, Any]


class Client:
    """Has every method: each call is noted down, and gives what the test says."""

    def __init__(self, shop: Shop, path: str = "") -> None:
        self._shop = shop
        self._path = path

    def __getattr__(self, name: str) -> Client:
        if name.startswith("__"):
            raise AttributeError(name)
        return Client(self._shop, f"{self._path}.{name}" if self._path else name)

    def __call__(self, *arguments: object, **keywords: Any) -> Any:
        if self._path == "box":
            self._shop.opened.append(keywords)
            return Client(self._shop)
        if self._path == "with_realm":
            return Client(self._shop)
        if self._path in ("close", "url"):
            return {"close": None, "url": "https://shop.example"}[self._path]
        self._shop.calls.append(Called(self._path, keywords))
        return self._shop.answer(self._path)


class Ran(NamedTuple):
    status: int
    out: str
    err: str


class Shop:
    """The program, what it called, and what it was told of modules."""

    def __init__(self) -> None:
        self.calls: list[Called] = []
        self.opened: list[dict[str, Any]] = []
        self.imported: list[str] = []
        self.made: list[dict[str, Any]] = []
        self.answer: Callable[[str], Any] = lambda _: None
        errors = SimpleNamespace(**vars(runtime_errors))
        errors.of = self._documented
        self.app = App(
            name="shop",
            package="no_such_package_of_a_shop",
            version="1.2.3",
            env_prefix="SHOP",
            summary="Boxes on shelves.",
            client=lambda: self._client,
            errors=lambda: errors,
            runtime=lambda: SimpleNamespace(RequestOptions=runtime_options.RequestOptions),
            commands=self._module,
            tree=(
                Group("boxes", "Boxes.", "api_boxes"),
                Group("users", "Users.", "api_users"),
                Group("files", "Files of a box.", "files_files"),
            ),
            scopes=(
                Scope(
                    "box",
                    (
                        ScopeArgument("--box", "box_id", "SHOP_BOX", help="The box"),
                        ScopeArgument("--index", "index", default="1"),
                    ),
                ),
            ),
        )

    def _client(self, **settings: Any) -> Client:
        self.made.append(settings)
        return Client(self)

    def _module(self, name: str) -> SimpleNamespace:
        self.imported.append(name)
        return SimpleNamespace(COMMANDS=MODULES[name])

    def _documented(self, method: object) -> tuple[object, ...]:
        return tuple(
            SimpleNamespace(status=404, **entry._asdict(), type=runtime_errors.NotFoundError)
            for entry in ENTRIES
        )

    def run(
        self,
        arguments: Sequence[str],
        monkeypatch: pytest.MonkeyPatch,
        *,
        stdin: str | bytes = "",
        terminal: bool = False,
    ) -> Ran:
        """Run it with streams of its own; with ``terminal``, all of them say they are one."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        streams = [_Stream(io.BytesIO(data), terminal), _Stream(io.BytesIO(), terminal)]
        streams.append(_Stream(io.BytesIO(), terminal))
        with monkeypatch.context() as patch:
            for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
                patch.setattr(sys, name, stream)
            status = run(self.app, list(arguments))
        texts = [stream.written() for stream in streams[1:]]
        return Ran(status, *texts)


class _Stream(io.TextIOWrapper):
    def __init__(self, binary: io.BytesIO, terminal: bool) -> None:
        super().__init__(binary, encoding="utf-8", newline="", write_through=True)
        self._binary = binary
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def written(self) -> str:
        self.flush()
        return self._binary.getvalue().decode()
