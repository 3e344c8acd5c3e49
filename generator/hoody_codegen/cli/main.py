"""``hoody-codegen`` and its commands."""

from __future__ import annotations

import click

from .errors import errors
from .generating import generate
from .importing import import_reference

_HELP = """Turn the OpenAPI documents of an API into a typed Python client.

\b
In a repository with a hoody-codegen.toml:
  hoody-codegen generate            write all targets
  hoody-codegen generate --check    exit 1 if that would change a file
\b
Anywhere, without any file at hand:
  hoody-codegen generate --out DIR  write the client of the embedded documents
  hoody-codegen errors              print its documented errors

Exit status: 0 fine; 1 faults in the input, files in the way, or differences found by --check;
2 wrong use of the command.
"""


@click.group(help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hoody-codegen")
def main() -> None:
    pass


main.add_command(generate)
main.add_command(errors)
main.add_command(import_reference)
