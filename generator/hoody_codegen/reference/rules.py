"""The rules of one import, read from a TOML file beside the specs.

They hold what the reference doesn't say about the API it documents: which page belongs to which
service, where the services live, what the proxy in front of them does.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..diagnostics import CodegenError, Diagnostics, Location


@dataclass(frozen=True, slots=True)
class PageRule:
    """A page name that fits ``pattern`` belongs to ``service`` (empty: the one in the name)."""

    pattern: str
    service: str
    untagged: bool = False


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """Title, kinds of servers (the usual one first) and host segment of a service."""

    name: str
    title: str
    servers: tuple[str, ...]
    segment: str


@dataclass(frozen=True, slots=True)
class HostInjected:
    """A parameter that the proxy sets from the host name; ``place`` empty means any."""

    service: str
    parameter: str
    place: str


@dataclass(frozen=True, slots=True)
class ImportRules:
    """All rules of an import."""

    openapi: str
    version: str
    secured: str
    pages: tuple[PageRule, ...]
    services: Mapping[str, ServiceRule]
    servers: Mapping[str, Mapping[str, Any]]
    host_injected: tuple[HostInjected, ...]
    wildcards: frozenset[str]
    realms: Mapping[str, Any]

    def service_of(self, page: str) -> str | None:
        """The service that a page belongs to, or None when no rule fits."""
        for rule in self.pages:
            names = [rule.service] if rule.service else sorted(self.services, key=len)[::-1]
            for name in names:
                if _fits(rule.pattern.replace("{service}", name), page):
                    return name
        return None

    def is_untagged(self, page: str) -> bool:
        """Whether the title of a summary page is no name of a group."""
        return any(rule.untagged and _fits(rule.pattern, page) for rule in self.pages)

    def is_host_injected(self, service: str, parameter: str, place: str) -> bool:
        return any(
            rule.service == service and rule.parameter == parameter and rule.place in ("", place)
            for rule in self.host_injected
        )


def load_rules(path: Path) -> ImportRules:
    """Read the rules; a file that is missing or wrong ends the run with its place."""
    diagnostics = Diagnostics()
    location = Location(str(path))
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return _rules(data)
    except OSError as error:
        reason = error.strerror or "can't be read"
        diagnostics.error("import-rules", location, reason, "the import needs its rules file")
    except tomllib.TOMLDecodeError as error:
        diagnostics.error("import-rules", location, str(error))
    except (KeyError, TypeError) as error:
        diagnostics.error("import-rules", location, f"missing or wrong entry: {error}")
    raise CodegenError(diagnostics)


def _rules(data: Mapping[str, Any]) -> ImportRules:
    document = data["document"]
    services = {
        name: ServiceRule(name, entry["title"], _texts(entry["server"]), entry.get("segment", name))
        for name, entry in data["services"].items()
    }
    return ImportRules(
        openapi=document["openapi"],
        version=document["version"],
        secured=document.get("secured", ""),
        pages=tuple(
            PageRule(r["pattern"], r.get("service", ""), r.get("untagged", False))
            for r in data["pages"]
        ),
        services=services,
        servers=data["server"],
        host_injected=tuple(
            HostInjected(r["service"], r["parameter"], r.get("in", ""))
            for r in data.get("host-injected", ())
        ),
        wildcards=frozenset(data.get("wildcards", {}).get("names", ())),
        realms=document.get("realms", {}),
    )


def _texts(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _fits(pattern: str, name: str) -> bool:
    expression = ".*".join(re.escape(piece) for piece in pattern.split("*"))
    return re.fullmatch(expression, name) is not None
