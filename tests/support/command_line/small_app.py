"""A small program over the client of Hoody, in a place of its own, and its account server."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import hoody
import hoody._runtime
import hoody.errors
from hoody_codegen.cli_runtime.context import Invocation
from hoody_codegen.cli_runtime.main import run
from hoody_codegen.cli_runtime.model import (
    App,
    Argument,
    Command,
    Group,
    Option,
    Output,
    Scope,
    ScopeArgument,
)

from ..wire_server import Answer, Recorded, WireServer, json_answer
from .running import Program

PASSWORD: Final = "correct-horse-battery"
CODE: Final = "123456"
BOX: Final = {"id": "c" * 24, "project_id": "a" * 24, "server_name": "node-1"}

DELETE: Final = Command(
    ("projects", "delete"),
    "api.projects.delete",
    "DELETE /api/v1/projects/{id}",
    "Delete a project.",
    arguments=(Argument("ID", "id"),),
    output=Output("none"),
    destructive=True,
)
CREATE: Final = Command(
    ("projects", "create"),
    "api.projects.create",
    "POST /api/v1/projects",
    "Create a project.",
    options=(Option("--alias", "alias", field="alias"),),
    has_body=True,
    output=Output("object"),
)
LIST: Final = Command(
    ("projects", "list"),
    "api.projects.list",
    "GET /api/v1/projects",
    "List projects.",
    output=Output("table"),
)
DOWNLOAD: Final = Command(
    ("files", "get"),
    "files.get",
    "GET /api/v1/files/{path}",
    "Download a file.",
    arguments=(Argument("PATH", "path"),),
    output=Output("download"),
    scope="container",
)
PROJECTS: Final = SimpleNamespace(COMMANDS=(LIST, CREATE, DELETE))
FILES: Final = SimpleNamespace(COMMANDS=(DOWNLOAD,))

APP: Final = App(
    name="hoody",
    package="hoody",
    version="0.1.0",
    env_prefix="HOODY",
    summary="Hoody.",
    client=lambda: hoody.Hoody,
    errors=lambda: hoody.errors,
    runtime=lambda: hoody._runtime,
    commands=lambda name: {"projects": PROJECTS, "files": FILES}[name],
    tree=(Group("projects", "Projects.", "projects"), Group("files", "Files.", "files")),
    scopes=(
        Scope(
            "container",
            (
                ScopeArgument("--project", "project_id", "HOODY_PROJECT_ID", field="project_id"),
                ScopeArgument("--container", "container_id", "HOODY_CONTAINER_ID", field="id"),
                ScopeArgument("--server", "server", "HOODY_SERVER", field="server_name"),
                ScopeArgument("--index", "index", default="1"),
            ),
            lookup="api.containers.get",
            key="container_id",
        ),
    ),
    login=("auth", "login"),
    identity=("username", "email"),
    whoami="api.authentication.get_current_user",
)


def program(home: Path, **environment: str) -> Program:
    """The program, with its files in ``home``."""
    return Program(run, APP, {"HOODY_CONFIG_DIR": str(home), "HOME": str(home), **environment})


def invocation(**settings: Any) -> Invocation:
    """A run with these global options."""
    made = Invocation(APP)
    made.settings.scopes.update(settings.pop("scopes", {}))
    for name, value in settings.items():
        assert hasattr(made.settings, name)
        setattr(made.settings, name, value)
    return made


class Account(WireServer):
    """Knows one account, whose tokens are numbered: the latest alone is good."""

    def __init__(self) -> None:
        super().__init__()
        self.issued = 0
        self.second_factor = False
        self.lifetime = 3600
        self.logout_status = 200
        self.default = self.answer

    @property
    def token(self) -> str:
        return f"access-token-{self.issued}"

    def paths(self) -> list[str]:
        return [request.path.removeprefix("/api/v1/") for request in self.requests]

    def answer(self, request: Recorded) -> Answer:
        path = request.path.removeprefix("/api/v1/users/auth/")
        body: Any = request.json() if request.body else {}
        if path == "login":
            if body.get("password") != PASSWORD:
                return json_answer({"error": "no"}, 401)
            step = {"requires_2fa": True, "temp_token": "ticket-1234", "method": "totp"}
            return json_answer({"data": step}) if self.second_factor else self._tokens()
        if path == "2fa/verify":
            return self._tokens() if body["code"] == CODE else json_answer({"error": "no"}, 400)
        if path == "refresh":
            good = body == {"refreshToken": f"refresh-token-{self.issued}"}
            return self._tokens() if good else json_answer({"error": "no"}, 401)
        if request.header("authorization") != f"Bearer {self.token}":
            return json_answer({"error": "no"}, 401)
        if path == "logout":
            return json_answer({}, self.logout_status)
        if path == "me":
            return json_answer({"data": {"id": "u" * 24, "username": "ada"}})
        if request.path == f"/api/v1/containers/{BOX['id']}":
            return json_answer({"data": BOX})
        return json_answer({"data": {"projects": []}})

    def _tokens(self) -> Answer:
        self.issued += 1
        data = {
            "token": self.token,
            "refreshToken": f"refresh-token-{self.issued}",
            "expires_in": self.lifetime,
        }
        return json_answer({"data": data})


if __name__ == "__main__":
    sys.exit(run(APP))
