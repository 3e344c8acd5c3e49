"""YAML (1.2, and safe for 1.1 readers) with a stable and readable layout.

Mappings keep the order they are given. Text of several lines is a literal block, a long line is a
folded one, and every text that some reader could take for a number, a boolean, a date or nothing
is quoted.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

# What the resolvers of YAML 1.1 and the 1.2 core schema take for something else than text, beyond
# what PyYAML knows by itself.
_AMBIGUOUS = re.compile(r"""(?xi)
    y | n | = | << | ~ | null | nan | inf
    | [-+]? (?: \d[\d_]* \.? [\d_]* | \. \d[\d_]* ) (?: e [-+]? \d+ )?
    | 0o [0-7_]+ | 0x [0-9a-f_]+ | 0b [01_]+
    | [-+]? \d[\d_]* (?: : [0-5]?\d )+ (?: \.[\d_]* )?
    """)
_WIDTH = 92


class _Dumper(yaml.CSafeDumper):
    """Block style, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.CSafeDumper, value: str) -> yaml.ScalarNode:
    style = None
    if "\n" in value:
        style = "|"
    elif len(value) > _WIDTH and " " in value and not value.startswith(" "):
        style = ">"
    elif _AMBIGUOUS.fullmatch(value):
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def dump(value: Any) -> str:
    """The YAML text of a JSON value."""
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=_WIDTH,
    )
    return text
