"""Names of the exception classes of documented error codes."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import Diagnostics
from ..ir import Api, ErrorEntry
from . import words
from .identifiers import ClassName
from .notes import note_answers
from .reserved import ERROR_CLASSES
from .resolve import Wish, resolve


def name_errors(api: Api, diagnostics: Diagnostics, *, client_name: str) -> Mapping[str, ClassName]:
    """The class for each code, by the code in ``str.casefold()``.

    ``TOKEN_EXPIRED`` and ``token_expired`` are one code in two spellings and share
    ``TokenExpired``. A code that comes to the same name in another spelling (``token-expired``)
    gets a longer one, and so does a code that would hide a class of the runtime or of Python
    (``TIMEOUT_ERROR``).
    """
    entries: dict[str, ErrorEntry] = {}
    for service in api.services:
        for operation in service.operations:
            for entry in operation.errors:
                if entry.code is None:
                    continue
                key = entry.code.reveal().casefold()
                first = entries.get(key)
                # Which spelling the class is made from must not depend on the order.
                if first is None or _preference(entry) < _preference(first):
                    entries[key] = entry
    wishes = [
        Wish(
            key=key,
            candidates=_candidates(entry.code.reveal()),
            identity=key,
            what=f"error code {entry.code.reveal()!r}",
            origin=entry.origin,
            rank=(key != words.snake(key),),
        )
        for key, entry in sorted(entries.items())
        if entry.code is not None
    ]
    taken = ERROR_CLASSES | {f"{client_name}Error", client_name, f"Async{client_name}"}
    answers = resolve(wishes, accepts=lambda name: ClassName.accepts(name) and name not in taken)
    note_answers(diagnostics, wishes, answers)
    return {key: ClassName(answer.name) for key, answer in answers.items()}


def _preference(entry: ErrorEntry) -> tuple[bool, str]:
    """Spellings that show where words end come first: ``TokenExpired`` before ``TOKENEXPIRED``."""
    assert entry.code is not None
    code = entry.code.reveal()
    return (len(words.split(code)) < 2, code)


def _candidates(code: str) -> tuple[str, ...]:
    short = words.pascal(code)
    same_case = code in (code.lower(), code.upper())
    spelled = words.pascal(words.spelled(code.lower() if same_case else code))
    if not ClassName.accepts(short):
        return (f"Code{short or spelled}", f"Code{spelled}")
    return (short, spelled, f"{short}Code", f"{spelled}Code")
