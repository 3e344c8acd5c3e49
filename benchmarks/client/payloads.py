"""What the server of the benchmarks answers: data as the API documents it, of plain sizes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

PROJECT_ID = "507f1f77bcf86cd799439011"
PAGE = 20
EVENTS = 10_000
LINES = 20_000


def project(number: int) -> dict[str, object]:
    return {
        "id": f"507f1f77bcf86cd7994{number:05d}",
        "user_id": "507f191e810c19729de860ea",
        "alias": f"Production {number}",
        "color": "#4287F5",
        "created_at": "2025-01-15T10:30:00.000Z",
        "updated_at": "2025-03-02T08:12:45.123Z",
        "max_containers": 10,
        "realm_ids": ["507f191e810c19729de860eb"],
        "permissions": [],
    }


def container(number: int) -> dict[str, object]:
    return {
        "id": f"507f1f77bcf86cd7995{number:05d}",
        "project_id": PROJECT_ID,
        "project_alias": "Production",
        "server_id": "507f1f77bcf86cd799439020",
        "server_name": "node-eu-1",
        "subserver_name": "sub-1",
        "name": f"dev-{number}",
        "color": "#4287F5",
        "container_image": "debian-12",
        "ai": False,
        "hoody_kit": True,
        "dev_kit": False,
        "autostart": True,
        "ramdisk": False,
        "prespawn": False,
        "is_default": False,
        "status": "running",
        "environment_vars": {"NODE_ENV": "production", "PORT": "8080"},
        "volumes": {},
        "ssh_public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMuRZZKzJ0sFzZ1t dev@example.com",
        "comment": None,
        "created_at": "2025-01-15T10:30:00.000Z",
        "updated_at": "2025-03-02T08:12:45.123Z",
        "realm_ids": [],
        "snapshot_count": 3,
    }


def enveloped(data: object) -> bytes:
    return encoded({"statusCode": 200, "message": "Fetched", "data": data})


def encoded(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def answers() -> list[tuple[str, str, bytes]]:
    """Method, start of the path and body; the first that fits is sent."""
    page = {
        "projects": [project(number) for number in range(PAGE)],
        "pagination": {"total": 5000, "page": 1, "limit": PAGE, "totalPages": 250},
    }
    return [
        ("GET", f"/api/v1/projects/{PROJECT_ID}", enveloped(project(0))),
        ("GET", "/api/v1/projects", enveloped(page)),
        ("POST", "/api/v1/projects", enveloped(project(0))),
    ]


def log_entry(number: int) -> bytes:
    return encoded(
        {
            "id": number,
            "traceId": "0b0a7a1e-6a53-4c5e-9d0a-0d4f6f1a9c11",
            "tsMs": 1736937000000 + number,
            "tsIso": "2025-01-15T10:30:00.000Z",
            "kind": "response",
            "level": "info",
            "projectId": PROJECT_ID,
            "containerId": "507f1f77bcf86cd799500000",
            "serviceName": "app",
            "method": "GET",
            "url": f"/api/items/{number}",
            "clientIp": "203.0.113.7",
            "status": 200,
            "data": {"bytesOut": 5120, "durationMs": 12},
            "source": "proxy",
        }
    )


def event(number: int) -> bytes:
    return b"id: %d\nevent: log\ndata: %s\n\n" % (number, log_entry(number))


def line(number: int) -> bytes:
    return log_entry(number) + b"\n"


def packed(pieces: Iterable[bytes], size: int = 16384) -> Iterator[bytes]:
    """The same bytes in pieces of at least ``size``, as a proxy that gathers them sends them."""
    gathered: list[bytes] = []
    for piece in pieces:
        gathered.append(piece)
        if sum(map(len, gathered)) >= size:
            yield b"".join(gathered)
            gathered.clear()
    yield b"".join(gathered)


def streams() -> list[tuple[str, str, Iterable[bytes]]]:
    """Name, content type, and the pieces as the server writes them."""
    return [
        ("events", "text/event-stream", map(event, range(EVENTS))),
        ("packed-events", "text/event-stream", packed(map(event, range(EVENTS)))),
        ("lines", "application/x-ndjson", map(line, range(LINES))),
        ("packed-lines", "application/x-ndjson", packed(map(line, range(LINES)))),
    ]
