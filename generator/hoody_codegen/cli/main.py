"""``hoody-codegen`` and its commands."""

from __future__ import annotations

import click

from .completing import completion
from .errors import errors
from .generating import generate
from .importing import import_reference
from .program import STATUSES, Program

_HELP = f"""Turn the OpenAPI documents of an API into a typed Python client.

\b
In a repository with a hoody-codegen.toml:
  hoody-codegen generate            write all targets
  hoody-codegen generate --check    exit 1 if that would change a file
  hoody-codegen generate --diff     show what would change
\b
Anywhere, without any file at hand:
  hoody-codegen generate --out DIR  write the client of the embedded documents
  hoody-codegen errors              print its documented errors
\b
Where there are no OpenAPI documents yet, only documentation:
  hoody-codegen import-reference reference.md --out specs

Results go to standard output, everything else to standard error. Every command takes --json (one
object for a program, also about faults) and --quiet. Progress and colours show on a terminal only;
NO_COLOR=1 ends the colours.

{STATUSES}
`hoody-codegen COMMAND --help` tells more.
"""


@click.group(
    cls=Program,
    help=_HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="hoody-codegen")
def main() -> None:
    pass


main.add_command(generate)
main.add_command(errors)
main.add_command(import_reference)
main.add_command(completion)
