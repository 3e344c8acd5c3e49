"""The committed documents, overlays applied, as the contract run reads them."""

from __future__ import annotations

from hoody_codegen.config import load_config
from hoody_codegen.diagnostics import CodegenError, Diagnostics
from hoody_codegen.document import load_all

from support.source import ROOT

from .specs import Spec


def load_specs(target: str) -> tuple[Spec, ...]:
    """The documents of a target in ``hoody-codegen.toml``, in order of file name.

    Reading and overlays are the generator's own; what the documents mean is found out here.
    """
    settings = load_config(ROOT / "hoody-codegen.toml").target(target)
    diagnostics = Diagnostics()
    documents = load_all(settings.specs, settings.overlays, diagnostics)
    if diagnostics.errors:
        raise CodegenError(diagnostics)
    return tuple(
        Spec(document.main.tree["info"]["x-namespace"], document.main.tree)
        for document in documents
    )
