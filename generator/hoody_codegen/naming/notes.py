"""Why a name isn't the obvious one, as a note to the reader of the log."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from ..diagnostics import Diagnostics
from .resolve import Answer, Wish

KeyT = TypeVar("KeyT", bound=Hashable)


def note_answers(
    diagnostics: Diagnostics, wishes: Iterable[Wish[KeyT]], answers: Mapping[KeyT, Answer]
) -> None:
    """Report each wish that didn't get its first choice, and who stood in its way."""
    for wish in wishes:
        answer = answers[wish.key]
        if not answer.wanted:
            continue
        if answer.rivals:
            reason = f"`{answer.wanted}` is also wanted by {_list(answer.rivals)}"
        else:
            reason = f"`{answer.wanted}` is taken"
        diagnostics.note(
            "name-qualified",
            wish.origin,
            f"{wish.what} is called `{answer.name}`: {reason}",
        )


def _list(rivals: tuple[str, ...]) -> str:
    shown = ", ".join(rivals[:3])
    return f"{shown} and {len(rivals) - 3} more" if len(rivals) > 3 else shown
