"""Packages generated for one test: from a document in the test to something that can be called."""

from __future__ import annotations

import importlib
import sys
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

from hoody_codegen.config import Target
from hoody_codegen.output import write
from hoody_codegen.pipeline import generate

HEAD = """\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0, x-namespace: shop}
servers: [{url: "https://shop.example.test"}]
"""


class Packages:
    """Packages below one folder; the same document and settings are generated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, ModuleType] = {}

    def get(self, document: str, **settings: Any) -> ModuleType:
        """The package for ``document`` (what follows :data:`HEAD`), imported.

        ``settings`` go into the :class:`Target`.
        """
        text = textwrap.dedent(document)
        if not text.startswith("openapi:"):
            text = HEAD + text
        key = f"{settings!r}\n{text}"
        if key not in self._made:
            self._made[key] = self._make(f"made_{len(self._made)}", text, settings)
        return self._made[key]

    def _make(self, name: str, text: str, settings: dict[str, Any]) -> ModuleType:
        folder = self._folder / name
        folder.mkdir()
        spec = folder / "shop.yaml"
        spec.write_text(text, encoding="utf-8")
        options = {"package": name, "client_name": "Acme", **settings}
        target = Target(name="shop", specs=(spec,), output=folder / "out", **options)
        write(target.output, generate(target).files)
        sys.path.insert(0, str(target.output))
        importlib.invalidate_caches()
        return importlib.import_module(name)

    def forget(self) -> None:
        """Take the packages out of this interpreter again."""
        for module in self._made.values():
            sys.path.remove(str(Path(str(module.__file__)).parents[1]))
            own = [name for name in sys.modules if name.partition(".")[0] == module.__name__]
            for name in own:
                del sys.modules[name]
