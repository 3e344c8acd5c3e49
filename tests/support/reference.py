"""Small reference texts of our own, and what the importer makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.reference import Import, import_reference
from hoody_codegen.reference.rules import (
    HostInjected,
    ImportRules,
    PageRule,
    ServiceRule,
)

RULES = ImportRules(
    openapi="3.1.0",
    version="1.0.0",
    secured="shop",
    pages=(
        PageRule("misc.mdx", "shop", untagged=True),
        PageRule("{service}/*", ""),
        PageRule("{service}-*", ""),
        PageRule("*", "shop"),
    ),
    services={
        "shop": ServiceRule("shop", "Shop", ("plain",), "shop"),
        "depot": ServiceRule("depot", "Depot", ("plain", "near"), "dp"),
    },
    servers={
        "plain": {
            "url": "https://{host}-{segment}.example.test",
            "description": "Where it lives.",
            "variables": {"host": {"default": "a", "description": "Any."}},
        },
        "near": {
            "url": "https://localhost/{segment}",
            "description": "On the same machine.",
            "inferred": "server from hearsay",
        },
    },
    host_injected=(HostInjected("depot", "bay", ""),),
    wildcards=frozenset({"path"}),
    realms={"service": "shop", "value": {"enabled": True}},
)

FLAT = """## API Endpoints Summary

{bullets}

## CLI

```bash
# nothing yet
```
"""


def page(name: str, content: str, title: str = "Things") -> str:
    """One page with the marker and the head that every page has."""
    return f"<!-- === {name} === -->\n## {title}\n\n_Source: `docs/{name}`_\n\n{content}\n\n---\n"


def flat(name: str, *bullets: str, title: str = "Shop:Things") -> str:
    """A summary page with these bullets."""
    lines = "\n".join(f"- {bullet}" for bullet in bullets)
    return page(name, FLAT.format(bullets=lines), title)


def run(*pages: str) -> Import:
    """The import of these pages; a diagnostic is a failure."""
    diagnostics = Diagnostics()
    outcome = import_reference("# All\n\n" + "\n".join(pages), RULES, diagnostics)
    assert list(diagnostics) == []
    return outcome


def operations(outcome: Import) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Service, method, path key and Operation Object of everything in the documents."""
    for file, document in outcome.documents.items():
        for path, item in document["paths"].items():
            for method, content in item.items():
                if method == "x-additional-operations":
                    for extra, inner in content.items():
                        yield file[:-5], extra, path, inner
                else:
                    yield file[:-5], method.upper(), path, content


def keys(outcome: Import) -> list[tuple[str, str, str]]:
    """Service, method and path key of everything in the documents."""
    return [(service, method, path) for service, method, path, _ in operations(outcome)]


def only(*pages: str) -> dict[str, Any]:
    """The one operation that these pages document."""
    found = [content for *_, content in operations(run(*pages))]
    assert len(found) == 1
    return found[0]


def section(content: str, announced: str = "POST /api/v1/crates") -> dict[str, Any]:
    """The operation of a detailed page whose section holds ``content`` and an SDK sample."""
    text = f"## `{announced}`\n\nDoes something with crates.\n\n{content}\n\n{SDK}"
    return only(page("crates.mdx", text))


SDK = """```ts
await client.shop.crates.store({ id: "c1" });
```
"""


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema, or the component it refers to."""
    if "$ref" not in schema:
        return schema
    node: Any = document
    for part in schema["$ref"][2:].split("/"):
        node = node[part]
    return resolved(document, node)
