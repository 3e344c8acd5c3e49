"""The committed documents, overlays applied, as the contract run reads them."""

from __future__ import annotations

from pathlib import Path

from hoody_codegen.diagnostics import CodegenError, Diagnostics
from hoody_codegen.document import load_all

from .specs import Spec

ROOT = Path(__file__).resolve().parents[3]


def load_specs(target: str) -> tuple[Spec, ...]:
    """The documents of ``specs/<target>``, in order of file name.

    Reading and overlays are the generator's own; what the documents mean is found out here.
    """
    folder = ROOT / "specs" / target
    overlays = (folder / "overlays").glob("*.yaml")
    diagnostics = Diagnostics()
    documents = load_all(folder.glob("*.yaml"), overlays, diagnostics)
    if diagnostics.errors:
        raise CodegenError(diagnostics)
    return tuple(
        Spec(document.main.tree["info"]["x-namespace"], document.main.tree)
        for document in documents
    )
