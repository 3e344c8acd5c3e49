"""Samples of calls: the SDK call names an operation, the curl call shows its request."""

from __future__ import annotations

import html
import json
import re
import shlex
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from .blocks import Block, Kind

_CALL = re.compile(r"\b(?:client|hoody)((?:\.[A-Za-z_][A-Za-z0-9_]*)+)\s*\(")
_SDK_LANGUAGES = {"ts", "typescript", "js", "javascript", "python", "py"}
_SHELL_LANGUAGES = {"bash", "sh", "shell", "console"}
_LINE_END = re.compile(r"\\\n\s*")


@dataclass(frozen=True, slots=True)
class SdkCall:
    """``client.api.images.getIcon({…})``: the dotted name and the source of the arguments."""

    name: str
    arguments: str

    @property
    def namespace(self) -> str:
        return self.name.split(".", 1)[0]


@dataclass(frozen=True, slots=True)
class CurlCall:
    """What a curl command line sends. ``body`` is None when it sends none."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str | None
    form: tuple[tuple[str, str], ...] = ()
    binary: bool = False

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.url).path)

    @property
    def query(self) -> str:
        return urlsplit(self.url).query

    def header(self, name: str) -> str | None:
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return None

    def json_body(self) -> Any:
        """The parsed body, or None when there is none or it isn't JSON."""
        if self.body is None:
            return None
        try:
            return json.loads(self.body)
        except ValueError:
            return None


def is_sdk_sample(block: Block) -> bool:
    return (
        block.kind is Kind.FENCE
        and block.info in _SDK_LANGUAGES
        and _CALL.search(block.text) is not None
    )


_PROGRAM = re.compile(r"\bnew (?:WebSocket|EventSource)\(|\bfetch\(")


def is_program(block: Block) -> bool:
    """A sample that uses the platform itself instead of the SDK."""
    return (
        block.kind is Kind.FENCE
        and block.info in _SDK_LANGUAGES
        and _PROGRAM.search(block.text) is not None
    )


def is_shell_sample(block: Block) -> bool:
    return block.kind is Kind.FENCE and block.info in _SHELL_LANGUAGES


def sdk_calls(block: Block) -> list[SdkCall]:
    """All SDK calls of a sample; the first is the one that the section is about."""
    calls = []
    for match in _CALL.finditer(block.text):
        calls.append(SdkCall(match.group(1)[1:], _arguments(block.text, match.end())))
    return calls


def _arguments(text: str, start: int) -> str:
    depth, index = 1, start
    quote = ""
    while index < len(text) and depth:
        char = text[index]
        if quote:
            if char == "\\":
                index += 1
            elif char == quote:
                quote = ""
        elif char in "\"'`":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        index += 1
    return text[start : index - 1]


def curl_calls(block: Block) -> list[CurlCall]:
    """The curl calls of a shell sample, in order."""
    text = _LINE_END.sub(" ", html.unescape(block.text))
    calls = []
    for command in re.split(r"(?m)^(?=\s*curl\b)", text):
        if command.strip().startswith("curl") and (call := _curl(command.strip())):
            calls.append(call)
    return calls


_VALUE_FLAGS = {
    "-X": "method",
    "--request": "method",
    "-H": "header",
    "--header": "header",
    "-d": "data",
    "--data": "data",
    "--data-raw": "data",
    "--data-ascii": "data",
    "--data-binary": "binary",
    "--data-urlencode": "urlencode",
    "-T": "upload",
    "--upload-file": "upload",
    "-o": "",
    "--output": "",
    "-F": "form",
    "--form": "form",
    "-u": "",
    "--user": "",
    "-A": "",
    "-b": "",
    "-w": "",
    "-m": "",
    "--max-time": "",
}


def _curl(command: str) -> CurlCall | None:
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|;&<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words = list(lexer)
    except ValueError:
        return None
    method = url = ""
    headers: list[tuple[str, str]] = []
    body: str | None = None
    form: list[tuple[str, str]] = []
    binary = get = False
    index = 1
    while index < len(words):
        word = words[index]
        index += 1
        if word in {"|", ";", "&&", ">", "&"}:
            break
        if word in _VALUE_FLAGS:
            value = words[index] if index < len(words) else ""
            index += 1
            match _VALUE_FLAGS[word]:
                case "method":
                    method = value
                case "header":
                    key, _, rest = value.partition(":")
                    headers.append((key.strip(), rest.strip()))
                case "data":
                    body = value
                case "binary" | "upload":
                    body, binary = value, True
                    method = method or ("PUT" if _VALUE_FLAGS[word] == "upload" else "")
                case "urlencode" | "form":
                    key, _, rest = value.partition("=")
                    form.append((key, rest))
        elif word == "-G" or word == "--get":
            get = True
        elif word in {"-I", "--head"}:
            method = method or "HEAD"
        elif not word.startswith("-") and not url:
            url = word
    if not url:
        return None
    if get:
        query, form = form, []
        joined = "&".join(f"{key}={value}" for key, value in query)
        url += ("&" if "?" in url else "?") + joined if joined else ""
    if not method:
        method = "POST" if (body is not None or form) and not get else "GET"
    return CurlCall(method, url, tuple(headers), body, tuple(form), binary)
