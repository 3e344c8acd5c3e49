"""Jinja, kept on a short lead.

Templates print what planners decided. A template can only print :class:`Code`, validated names and
integers: any other value, such as text straight from a document, ends the run, so that forgetting
the escaper can't go unnoticed. What a template prints itself (a macro's result) counts as code,
because everything in it has passed the same check.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, Undefined

from ..naming.identifiers import Name
from ..packaged import templates_folder
from ..python.code import Code
from ..python.plan import FilePlan
from .errors import RenderError


def print_files(plans: Iterable[FilePlan]) -> dict[PurePosixPath, str]:
    """Fill the template of each plan with its context; not formatted yet.

    Raises:
        RenderError: Two plans have one path, or a template prints a value that isn't code
            or doesn't exist.
    """
    environment = _environment(templates_folder())
    files: dict[PurePosixPath, str] = {}
    for plan in plans:
        if plan.path in files:
            raise RenderError(f"two plans for one file: {plan.path}")
        context: Any = plan.context
        values = {field.name: getattr(context, field.name) for field in fields(context)}
        try:
            files[plan.path] = environment.get_template(plan.template).render(values)
        except (_NotCodeError, TemplateError) as error:
            raise RenderError(f"{plan.template} for {plan.path}: {error}") from None
    return files


class _NotCodeError(Exception):
    pass


def _require_code(value: object) -> object:
    if isinstance(value, Code | Name) or type(value) is int:
        return value
    if isinstance(value, Undefined):
        # Printing it raises an error that names it.
        return value
    raise _NotCodeError(f"a value of type {type(value).__name__} can't be printed")


class _Environment(Environment):
    @staticmethod
    def concat(parts: Iterable[str]) -> Code:
        return Code("".join(parts))


@cache
def _environment(folder: Path) -> Environment:
    environment = _Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        finalize=_require_code,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.globals.clear()
    return environment
