"""Plans what makes a package of the modules: ``__init__.py``, ``pyproject.toml``, ``README.md``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from .. import ir
from ..config import Target
from ..naming.identifiers import ClassName, Identifier
from ..naming.table import NameTable
from .client import main_service, services_of
from .code import Code
from .docstrings import module_docstring, one_line
from .escape import literal, markdown, markdown_code, toml
from .plan import FilePlan
from .service_errors import coded_errors

DEPENDENCIES: Final = ("httpx>=0.27", "pydantic>=2.11", "typing-extensions>=4.12")
"""What generated packages need. Newer releases are the user's to choose."""

SOCKET_EXTRA: Final = ("websockets", "websockets>=15.0")
"""The extra for WebSockets, of packages that have any (runtime/_websockets.py)."""

COMMAND_LINE_EXTRA: Final = ("click>=8.1,!=8.2.0", "rich>=13.7", "jmespath>=1.0", "pyyaml>=6.0")
"""What the extra ``cli`` of packages with a command line needs (cli_runtime/).

click 8.2.0 completes what stands behind a group with what that group takes.
"""

RUNTIME_NAMES: Final = (
    "OMIT",
    "AsyncPage",
    "BasicAuth",
    "BearerAuth",
    "Clock",
    "Hooks",
    "KeyAuth",
    "Omit",
    "Page",
    "RawResponse",
    "RequestEvent",
    "RequestOptions",
    "ResponseEvent",
    "RetryEvent",
    "RetryPolicy",
    "Timeout",
)
"""Names of the runtime that users of a client write themselves."""

SOCKET_NAMES: Final = (
    "AsyncWebSocket",
    "AsyncWebSocketConnection",
    "Reconnect",
    "SocketOptions",
    "WebSocket",
    "WebSocketConnection",
)
"""Those that only users of WebSockets write."""

FILE_NAMES: Final = (
    "AsyncDownload",
    "AsyncFileContent",
    "Download",
    "FileContent",
    "Progress",
    "ResponseHeaders",
    "Uploaded",
)
"""Those that only users of downloads and uploads write."""

SIGN_IN_NAMES: Final = ("Credentials", "Session")
"""Those that only users of a sign-in write."""


@dataclass(frozen=True, slots=True)
class PublicName:
    """A name of the package with the module it comes from."""

    name: Code
    quoted: Code
    module: Code


@dataclass(frozen=True, slots=True)
class PackageInit:
    docstring: Code
    client: ClassName
    async_client: ClassName
    error: ClassName
    runtime_names: tuple[Code, ...]
    public: tuple[PublicName, ...]
    exported: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """Optional dependencies."""

    name: Code
    dependency: Code


@dataclass(frozen=True, slots=True)
class ProjectFile:
    name: Code
    version: Code
    description: Code
    package: Code
    dependencies: tuple[Code, ...]
    socket_extra: Extra | None
    command_line: tuple[Code, ...]
    program: Code | None
    entry_point: Code | None


@dataclass(frozen=True, slots=True)
class ReadmeService:
    attribute: Identifier
    description: Code
    address: Code


@dataclass(frozen=True, slots=True)
class ReadmeScope:
    name: Code
    arguments: tuple[Code, ...]
    description: Code
    services: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True)
class Readme:
    title: Code
    description: Code
    package: Code
    client: ClassName
    error: ClassName
    env_prefix: Code
    has_main_service: bool
    has_error_reference: bool
    has_downloads: bool
    has_streams: bool
    has_sign_in: bool
    socket_install: Code | None
    services: tuple[ReadmeService, ...]
    scopes: tuple[ReadmeScope, ...]


@dataclass(frozen=True, slots=True)
class Marker:
    """The context of a file that says nothing."""


def plan_package(api: ir.Api, target: Target) -> tuple[FilePlan, ...]:
    """Files inside the package, beside its modules."""
    client = ClassName(target.client_name)
    runtime_names = sorted(
        [
            *RUNTIME_NAMES,
            *(SOCKET_NAMES if _has_sockets(api) else ()),
            *(FILE_NAMES if _has_files(api) else ()),
            *(SIGN_IN_NAMES if target.sign_in is not None else ()),
        ],
        key=_isort_key,
    )
    error = ClassName(f"{client}Error")
    modules = {
        str(client): "._client",
        f"Async{client}": "._client",
        str(error): ".errors",
        **dict.fromkeys(runtime_names, "._runtime"),
    }
    exported = sorted([*modules, "errors"], key=_isort_key)
    init = PackageInit(
        docstring=module_docstring(target.description.strip() or f"A client for {target.name}."),
        client=client,
        async_client=ClassName(f"Async{client}"),
        error=error,
        runtime_names=tuple(map(Code, runtime_names)),
        public=tuple(
            PublicName(Code(name), literal(name), literal(module))
            for name, module in sorted(modules.items())
        ),
        exported=tuple(literal(name) for name in exported),
    )
    return (
        FilePlan(PurePosixPath("__init__.py"), "init.py.jinja", init),
        FilePlan(PurePosixPath("py.typed"), "empty.jinja", Marker()),
    )


def plan_project(api: ir.Api, names: NameTable, target: Target) -> tuple[FilePlan, ...]:
    """Files around the package; their paths start at the target's folder."""
    description = target.description.strip() or f"Python client for {target.name}."
    project = ProjectFile(
        name=toml(_distribution(target)),
        version=toml(target.version),
        description=toml(" ".join(description.split())),
        package=toml(target.package),
        dependencies=tuple(toml(dependency) for dependency in DEPENDENCIES),
        socket_extra=(
            Extra(Code(SOCKET_EXTRA[0]), toml(SOCKET_EXTRA[1])) if _has_sockets(api) else None
        ),
        command_line=tuple(map(toml, COMMAND_LINE_EXTRA)) if target.cli is not None else (),
        program=toml(target.cli.program) if target.cli is not None else None,
        entry_point=toml(f"{target.package}.cli:main") if target.cli is not None else None,
    )
    return (
        FilePlan(PurePosixPath("pyproject.toml"), "pyproject.toml.jinja", project),
        FilePlan(PurePosixPath("README.md"), "readme.md.jinja", _readme(api, names, target)),
    )


def _distribution(target: Target) -> str:
    """What the package is installed by."""
    return target.package.replace("_", "-")


def _has_sockets(api: ir.Api) -> bool:
    return _has_stream(api, ir.StreamKind.WEBSOCKET)


def _has_stream(api: ir.Api, *kinds: ir.StreamKind) -> bool:
    return any(
        operation.stream in kinds for service in api.services for operation in service.operations
    )


def _has_files(api: ir.Api) -> bool:
    return any(
        operation.stream is ir.StreamKind.BINARY or operation.upload is not None
        for service in api.services
        for operation in service.operations
    )


def _readme(api: ir.Api, names: NameTable, target: Target) -> Readme:
    client = ClassName(target.client_name)
    return Readme(
        title=markdown(target.package),
        description=markdown(target.description.strip() or f"Python client for {target.name}."),
        package=Code(Identifier(target.package)),
        client=client,
        error=ClassName(f"{client}Error"),
        env_prefix=Code(Identifier(target.env_prefix)),
        has_main_service=main_service(api.services, target) is not None,
        has_error_reference=any(True for service in api.services for _ in coded_errors(service)),
        has_downloads=_has_stream(api, ir.StreamKind.BINARY),
        has_streams=_has_stream(api, ir.StreamKind.SSE, ir.StreamKind.NDJSON),
        has_sign_in=target.sign_in is not None,
        socket_install=(
            markdown_code(f'pip install "{_distribution(target)}[{SOCKET_EXTRA[0]}]"')
            if _has_sockets(api)
            else None
        ),
        services=tuple(_readme_service(service, names) for service in api.services),
        scopes=tuple(
            ReadmeScope(
                name=Code(Identifier(scope.name)),
                arguments=tuple(
                    Code(Identifier(argument.name))
                    for argument in scope.arguments
                    if argument.default is None
                ),
                description=markdown(scope.description.strip()),
                services=tuple(
                    names.service(service.name).attribute
                    for service in services_of(scope, api.services)
                ),
            )
            for scope in target.scopes
        ),
    )


def _readme_service(service: ir.Service, names: NameTable) -> ReadmeService:
    texts: Sequence[str] = [
        text.reveal() for text in (service.title, service.description) if text is not None
    ]
    return ReadmeService(
        attribute=names.service(service.name).attribute,
        description=markdown(one_line(texts[0], 120) if texts else ""),
        address=markdown_code(service.servers[0].url if service.servers else ""),
    )


def _isort_key(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest, as linters sort ``__all__``."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)
