"""The order of the steps, from documents to files in memory. Nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from . import ir, passes
from .config import Target
from .diagnostics import CodegenError, Diagnostics
from .document import load_all
from .naming.identifiers import ClassName
from .naming.table import NameTable, build_names
from .openapi import read_api
from .packaged import runtime_files
from .python.annotations import Annotator
from .python.client import plan_client
from .python.errors import plan_errors_module
from .python.models import plan_models
from .python.package import plan_package, plan_project
from .python.plan import FilePlan
from .python.resources import plan_resources
from .python.usage import find_usage
from .render import Rendered, render_all

Progress = Callable[[str], None]
"""Is told what comes next, in a few words."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """How much there is of what."""

    services: int
    operations: int
    models: int


@dataclass(frozen=True, slots=True)
class GenerationResult:
    """The files of one target, by path below its output folder, and what was found on the way."""

    target: Target
    files: dict[PurePosixPath, str]
    diagnostics: Diagnostics
    statistics: Statistics


@dataclass(frozen=True, slots=True)
class _Planned:
    target: Target
    plans: tuple[FilePlan, ...]
    diagnostics: Diagnostics
    statistics: Statistics


def generate(target: Target, progress: Progress | None = None) -> GenerationResult:
    """Generate one target.

    Raises:
        CodegenError: The documents have faults that leave nothing to generate from: all of them.
    """
    return generate_all([target], progress)[0]


def generate_all(
    targets: Sequence[Target], progress: Progress | None = None
) -> list[GenerationResult]:
    """Generate several targets; the formatter runs once for all of them.

    Raises:
        CodegenError: Documents of any target have faults: those of all targets.
    """
    tell = progress or (lambda _: None)
    planned: list[_Planned] = []
    faults = Diagnostics()
    for target in targets:
        try:
            planned.append(_plan(target, tell))
        except CodegenError as error:
            faults.extend(error.diagnostics)
    if faults.errors:
        raise CodegenError(faults)
    tell("rendering and formatting")
    rendered = render_all([Rendered(one.plans, one.target.formatter) for one in planned])
    return [
        GenerationResult(
            one.target,
            _sorted({**files, **_runtime(one.target)}),
            one.diagnostics,
            one.statistics,
        )
        for one, files in zip(planned, rendered, strict=True)
    ]


def _plan(target: Target, tell: Progress) -> _Planned:
    diagnostics = Diagnostics()
    tell(f"{target.name}: reading documents")
    documents = load_all(target.specs, target.overlays, diagnostics)
    api = read_api(documents, diagnostics)
    if diagnostics.errors:
        raise CodegenError(diagnostics)
    tell(f"{target.name}: planning")
    target = _completed(target, api)
    api = passes.run(api, target, diagnostics)
    names = build_names(api, diagnostics, client_name=target.client_name)
    model_plans = plan_models(api, names)
    plans = [
        *_inside_package(target, _package_plans(api, names, target, diagnostics)),
        *_inside_package(target, model_plans),
        *plan_project(api, names, target),
    ]
    if diagnostics.errors:
        raise CodegenError(diagnostics)
    usage = find_usage(api)
    statistics = Statistics(
        services=len(api.services),
        operations=sum(len(service.operations) for service in api.services),
        models=len(usage.requests | usage.responses),
    )
    return _Planned(target, tuple(plans), diagnostics, statistics)


def _package_plans(
    api: ir.Api, names: NameTable, target: Target, diagnostics: Diagnostics
) -> list[FilePlan]:
    annotator = Annotator(ir.index_models(api), names, find_usage(api))
    return [
        *plan_package(target),
        plan_client(api, names, target),
        plan_errors_module(api, names, client_name=ClassName(target.client_name)),
        *plan_resources(api, names, annotator, diagnostics),
    ]


def _inside_package(target: Target, plans: Sequence[FilePlan]) -> list[FilePlan]:
    return [replace(plan, path=PurePosixPath(target.package) / plan.path) for plan in plans]


def _completed(target: Target, api: ir.Api) -> Target:
    main = [s for s in api.services if s.name.reveal() == target.main_service] or api.services
    title = main[0].title if main else None
    return target.completed(title.reveal() if title is not None else None)


def _runtime(target: Target) -> dict[PurePosixPath, str]:
    folder = PurePosixPath(target.package, "_runtime")
    return {folder / path: text for path, text in runtime_files().items()}


def _sorted(files: dict[PurePosixPath, str]) -> dict[PurePosixPath, str]:
    return {path: files[path] for path in sorted(files)}
