"""Options that several commands have, and the choice of settings and targets by them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..diagnostics import CodegenError
from ..packaged import CONFIG_NAME, default_config
from .printing import visible

if TYPE_CHECKING:
    from ..config import Config, Target

_Command = TypeVar("_Command", bound=Callable[..., Any])


def reporting(command: _Command) -> _Command:
    """``--quiet`` and ``--json``, as parameters ``quiet`` and ``json_output``."""
    decorate = click.option(
        "--json", "json_output", is_flag=True, help="Print the outcome as one JSON object."
    )
    quiet = click.option(
        "-q", "--quiet", is_flag=True, help="Print faults and results only, and no progress."
    )
    return quiet(decorate(command))


def choosing(command: _Command) -> _Command:
    """``--config`` and ``--target``, as parameters ``config_path`` and ``target_name``."""
    target = click.option(
        "--target",
        "target_name",
        metavar="NAME",
        shell_complete=_complete_target,
        help="Only this target of the settings.",
    )
    config = click.option(
        "--config",
        "config_path",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help=f"Settings to use in place of ./{CONFIG_NAME}.",
    )
    return config(target(command))


def load_settings(path: Path | None) -> tuple[Config, bool]:
    """The settings in a file, in this folder, or those of the program; whether it is the last."""
    from ..config import load_config

    if path is not None:
        return load_config(path), False
    local = Path(CONFIG_NAME)
    if local.exists():
        return load_config(local), False
    return load_config(default_config()), True


def find_target(config: Config, name: str) -> Target:
    """The target of this name; a usage error with the nearest ones if there is none."""
    names = [target.name for target in config.targets]
    if name not in names:
        hint = nearest(name, names) or f"; known are: {', '.join(map(visible, names))}"
        raise click.BadParameter(f"there is no {name!r}{hint}", param_hint="--target")
    return config.targets[names.index(name)]


def nearest(given: str, known: Sequence[str]) -> str:
    """``"; did you mean …?"`` with names close to the given one, or nothing."""
    by_case = {one.casefold(): one for one in reversed(known)}
    start = given.casefold()
    close = [one for one in by_case if start and one.startswith(start)][:3]
    close = close or difflib.get_close_matches(start, list(by_case), n=3, cutoff=0.5)
    return f"; did you mean {', '.join(visible(by_case[one]) for one in close)}?" if close else ""


def _complete_target(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    path: Path | None = ctx.params.get("config_path")
    try:
        config, _embedded = load_settings(path)
    except (CodegenError, OSError):
        return []  # no place to tell it; running the command will
    return [target.name for target in config.targets if target.name.startswith(incomplete)]
