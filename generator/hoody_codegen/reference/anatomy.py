"""A section taken apart: introduction, parameters, request body, responses, samples, notes.

The order of the parts differs from page to page, and headings are often missing, so a block is
placed by the last heading or label, by its own form and by what came before it:

* A ``json`` fence is the request example if it is the first one after the heading or the table of
  the request body and no sample stands between, or if a label ``Example: …`` introduces it; any
  other one is the body of a response.
* A table of fields belongs to the request if it stands in the request body, to the response once a
  response was shown or announced.
* An error table belongs to the response before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from .announce import bold_label, part
from .blocks import Block, Kind, plain, unquote_code
from .samples import curl_calls, is_program, is_sdk_sample, is_shell_sample
from .sections import Section
from .tables import is_error_table, is_field_table, is_header_table, is_parameter_table


class Zone(Enum):
    """The part of a section that a heading or label opened."""

    INTRO = "intro"
    PARAMETERS = "parameters"
    BODY = "body"
    RESPONSE = "response"
    FIELDS = "fields"
    HEADERS = "headers"
    SDK = "sdk"
    CURL = "curl"
    REQUEST = "request"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A block with the label or sentence that introduces it."""

    block: Block
    label: str = ""


@dataclass(slots=True)
class BodyPart:
    """What is said about the request body."""

    headed: bool = False
    texts: list[Block] = field(default_factory=list)
    tables: list[Labelled] = field(default_factory=list)
    fences: list[Labelled] = field(default_factory=list)


@dataclass(slots=True)
class ResponsePart:
    """One response: the words before it, its fence, and the tables after it."""

    status: str = ""
    texts: list[Block] = field(default_factory=list)
    fence: Block | None = None
    fields: list[Labelled] = field(default_factory=list)
    errors: list[Block] = field(default_factory=list)
    headers: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Anatomy:
    """All blocks of a section, each in its part."""

    section: Section
    intro: list[Block] = field(default_factory=list)
    parameter_texts: list[Block] = field(default_factory=list)
    parameter_tables: list[Block] = field(default_factory=list)
    body: BodyPart = field(default_factory=BodyPart)
    responses: list[ResponsePart] = field(default_factory=list)
    sdk: list[Block] = field(default_factory=list)
    curl: list[Block] = field(default_factory=list)
    programs: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)


def dissect(section: Section) -> Anatomy:
    """Place every block of a section."""
    reader = _Reader(Anatomy(section))
    for block in section.blocks:
        reader.take(block)
    reader.finish()
    return reader.anatomy


_STATUS = re.compile(r"(?<![\w.])([1-5]\d\d)(?![\w.])")
_INLINE_LABEL = re.compile(r"^\*\*(?P<label>[^*]+?):?\*\*:?\s*(?P<rest>.*)$", re.S)
_NO_PARAMETERS = re.compile(r"^this endpoint (?:takes|accepts|has) no\b.*\bparameters\b", re.I)
_NO_BODY = re.compile(
    r"\b(?:no request body|takes no body|accepts no body|no body is (?:required|accepted)"
    r"|no parameters (?:and|or) no (?:request )?body)\b",
    re.I,
)
_EXAMPLE = re.compile(r"^examples?\b", re.I)
_TEXTUAL = (Kind.PARAGRAPH, Kind.LIST, Kind.QUOTE)


class _Reader:
    def __init__(self, anatomy: Anatomy) -> None:
        self.anatomy = anatomy
        self._zone = Zone.INTRO
        self._pending: list[Block] = []
        self._status = ""
        self._label = ""
        self._request_shown = False
        self._sampled = False
        self._settled = 0

    # Each kind of block has its own way in.

    def take(self, block: Block) -> None:
        if block.kind is Kind.HEADING:
            self._heading(block)
        elif block.kind is Kind.TABLE:
            self._table(block)
        elif block.kind is Kind.FENCE:
            self._fence(block)
        elif block.kind in _TEXTUAL:
            self._text(block)

    def finish(self) -> None:
        if self._status:
            self._new_response(None)
        self.anatomy.notes += self._pending
        self._pending = []

    def _enter(self, name: str, label: str) -> None:
        zone = Zone(name)
        if zone in (Zone.BODY, Zone.SDK, Zone.CURL, Zone.REQUEST):
            self._flush()
        if zone is Zone.BODY:
            self.anatomy.body.headed = True
            self._request_shown = False
            self._sampled = False
        if zone is Zone.RESPONSE:
            self._flush()
            found = _STATUS.search(label)
            self._status = found.group(1) if found else ""
        self._zone = zone
        self._label = ""

    def _flush(self) -> None:
        """Texts that wait for a response which didn't come."""
        if self._status:
            self._new_response(None)
        elif self._pending:
            if self._zone is Zone.RESPONSE and not self.anatomy.responses:
                self._new_response(None)
            else:
                self.anatomy.notes += self._pending
        self._pending = []

    def _heading(self, block: Block) -> None:
        name = part(block.text)
        if name:
            self._enter(name, block.text)
            return
        self._flush()
        self._zone = Zone.INTRO if not self._seen_anything() else Zone.NOTES
        self._label = plain(block.text)

    def _seen_anything(self) -> bool:
        anatomy = self.anatomy
        return bool(anatomy.responses or anatomy.sdk or anatomy.curl or anatomy.parameter_tables)

    def _text(self, block: Block) -> None:
        if block.kind is Kind.PARAGRAPH and self._label_text(block):
            return
        text = block.text.strip()
        if self._zone is Zone.INTRO and _NO_PARAMETERS.match(text):
            self.anatomy.parameter_texts.append(block)
            self._zone = Zone.PARAMETERS
            return
        match self._zone:
            case Zone.INTRO:
                if self._after_samples():
                    self._zone = Zone.RESPONSE
                    self._pending.append(block)
                else:
                    self.anatomy.intro.append(block)
            case Zone.PARAMETERS:
                if self._after_samples():
                    self._pending.append(block)
                else:
                    self.anatomy.parameter_texts.append(block)
            case Zone.NOTES:
                self.anatomy.notes.append(block)
            case Zone.BODY if not self._sampled and not self._request_shown:
                self.anatomy.body.texts.append(block)
                self._label = plain(text) if text.endswith(":") else self._label
            case _:
                self._pending.append(block)

    def _after_samples(self) -> bool:
        return bool(self.anatomy.sdk or self.anatomy.curl or self.anatomy.responses)

    def _label_text(self, block: Block) -> bool:
        """Take a bold label; True if the paragraph holds nothing else to keep."""
        text = block.text.strip()
        label = bold_label(text)
        if label:
            name = part(label)
            if name:
                self._enter(name, label)
                return True
            status = _STATUS.match(label)
            if status and self._zone is not Zone.BODY:
                self._enter("response", label)
                self._pending.append(block)
                return True
            self._label = label
            if self._zone is Zone.INTRO and not self._after_samples():
                self.anatomy.intro.append(block)
            elif self._zone is Zone.BODY:
                self.anatomy.body.texts.append(block)
            else:
                self._pending.append(block)
            return True
        inline = _INLINE_LABEL.match(text)
        if inline and (name := part(inline.group("label"))):
            self._enter(name, inline.group("label"))
            rest = Block(block.kind, block.line, inline.group("rest").strip())
            if name == "body":
                self.anatomy.body.texts.append(rest)
            elif rest.text:
                self._pending.append(rest)
            return True
        return False

    def _table(self, block: Block) -> None:
        anatomy = self.anatomy
        if is_parameter_table(block):
            anatomy.parameter_tables.append(block)
        elif is_error_table(block):
            self._last_response().errors.append(block)
        elif is_header_table(block):
            self._last_response().headers.append(block)
        elif self._in_body():
            anatomy.body.tables.append(Labelled(block, self._label))
        elif is_field_table(block) and not anatomy.responses and self._zone in _BEFORE_RESPONSE:
            anatomy.body.tables.append(Labelled(block, self._label))
            self._zone = Zone.BODY
        else:
            label = Labelled(block, self._label or self._words())
            self._described_response(block).fields.append(label)
        self._label = ""

    def _words(self) -> str:
        return plain(self._pending[-1].text) if self._pending else ""

    def _in_body(self) -> bool:
        return self._zone is Zone.BODY

    def _last_response(self) -> ResponsePart:
        if not self.anatomy.responses or self._status:
            self._new_response(None)
        return self.anatomy.responses[-1]

    def _described_response(self, table: Block) -> ResponsePart:
        """The response that shows most of the names in a table; the last one if they tie."""
        last = self._last_response()
        names = [unquote_code(row.cells[0]) for row in table.rows]
        shown = [
            sum(part.fence is not None and f'"{name}"' in part.fence.text for name in names)
            for part in self.anatomy.responses
        ]
        best = max(shown)
        return last if shown[-1] == best else self.anatomy.responses[shown.index(best)]

    def _new_response(self, fence: Block | None) -> None:
        if self._settled and self.anatomy.responses:
            self.anatomy.responses[-1].texts += self._pending[: self._settled]
            self._pending = self._pending[self._settled :]
        self._settled = 0
        self.anatomy.responses.append(ResponsePart(self._status, self._pending, fence))
        self._pending = []
        self._status = ""

    def _fence(self, block: Block) -> None:
        anatomy = self.anatomy
        if is_sdk_sample(block) or is_shell_sample(block):
            # Words before the sample of the next case are about the case before.
            self._settled = len(self._pending)
        if is_sdk_sample(block):
            anatomy.sdk.append(block)
            self._sampled = True
        elif is_program(block) or (self._zone is Zone.NOTES and block.info != "json"):
            anatomy.programs.append(block)
        elif is_shell_sample(block) and (curl_calls(block) or self._zone is not Zone.BODY):
            anatomy.curl.append(block)
            self._sampled = True
        elif self._is_request(block):
            anatomy.body.fences.append(Labelled(block, self._label))
            self._request_shown = True
            self._label = ""
        else:
            self._zone = Zone.RESPONSE
            self._new_response(block)
            self._label = ""

    def _is_request(self, block: Block) -> bool:
        if not self._in_body() or self._sampled:
            return False
        return not self._request_shown or bool(_EXAMPLE.match(self._label))


_BEFORE_RESPONSE = (Zone.INTRO, Zone.PARAMETERS, Zone.REQUEST)


def says_no_body(texts: Iterable[Block]) -> bool:
    """Whether one of the texts says that the request has no body."""
    return any(_NO_BODY.search(block.text) for block in texts)
