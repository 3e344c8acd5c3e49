"""A tour of the generated client, against a server on this machine that plays the Hoody API.

The server is built from the same documents as the client; it checks each request and answers with
the documented examples. ``make demo`` runs this.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hoody import AsyncHoody, Hoody, RequestOptions, errors
from support.contract.answers import ANSWER_HEADER
from support.contract.server import ContractServer
from support.contract.targets import load_specs

PROJECT = "507f1f77bcf86cd799439011"


def title(text: str) -> None:
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
    print(f"\n{bold}{text}{plain}")


def tour(hoody: Hoody) -> None:
    title("hoody.api.projects.list()")
    for project in hoody.api.projects.list().items:
        print(f"  {project.id}  {project.alias}")

    title("hoody.api.containers.create(…)")
    container = hoody.api.containers.create(
        PROJECT, server_id="507f1f77bcf86cd799439012", name="dev", hoody_kit=True
    )
    print(f"  {type(container).__module__}.{type(container).__name__}")
    print(f"  {container.id}  {container.name}")

    box = hoody.container(container)
    title("for event in hoody.container(container).agent.….sessions_stream_message(…)")
    stream = box.agent.workspace_session.sessions_stream_message(PROJECT, "a-session", "a-message")
    for event in stream:  # the documented last event ends the loop
        print(f"  {event.event}: {type(event.data).__name__}")

    title("hoody.container(container).files.get(…).save(…)")
    with TemporaryDirectory() as folder:
        place = Path(folder, "app.tar")
        length = box.files.get("srv/app.tar").save(place, resume=True)
        print(f"  {length} bytes in {place.name}")

    title("hoody.api.auth_tokens.get(…), as it answers for a token that is gone")
    gone = RequestOptions(headers={ANSWER_HEADER: "404 TOKEN_NOT_FOUND"})
    try:
        hoody.api.auth_tokens.get("507f1f77bcf86cd799439013", request_options=gone)
    except errors.NotFoundError as error:
        print(f"  {type(error).__name__} ({error.status}): {error.title}")
        print(f"  {error.description}")
        print(f"  What to do: {error.resolution}")

    title("….with_raw_response")
    raw = hoody.api.projects.with_raw_response.get(PROJECT)
    print(f"  {raw.status} {raw.headers['content-type']}, {len(raw.content)} bytes")


async def async_tour(hoody: AsyncHoody) -> None:
    title("await asyncio.gather(…) with AsyncHoody")
    project, page = await asyncio.gather(
        hoody.api.projects.get(PROJECT), hoody.api.containers.list()
    )
    print(f"  {project.alias}: {len(page.items)} containers on the first page")


async def run_async(urls: dict[str, str]) -> None:
    async with AsyncHoody(token="a-token", service_urls=urls) as hoody:
        await async_tour(hoody)


def main() -> None:
    with ContractServer(load_specs("hoody")) as server:
        print(f"A loopback server plays the API at {server.url}")
        with Hoody(token="a-token", service_urls=server.service_urls) as hoody:
            tour(hoody)
        asyncio.run(run_async(server.service_urls))
        print(f"\nThe server saw {server.valid} valid and {server.invalid} invalid requests.")


if __name__ == "__main__":
    main()
