"""Plans the method that does a whole resumable upload, beside those of its single steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from .. import ir
from ..naming.identifiers import ClassName, Identifier
from ..naming.table import NameTable
from .annotations import Annotator
from .arguments import Argument, plan_arguments
from .code import Code, code, join
from .docstrings import argument_docstring, one_line_docstring
from .escape import literal
from .imports import RUNTIME, ImportSet, Symbol
from .methods import Method, parameter_code

_PROTOCOL = frozenset(
    [
        *("content-length", "content-type", "tus-resumable", "upload-checksum", "upload-concat"),
        *("upload-defer-length", "upload-length", "upload-metadata", "upload-offset"),
    ]
)
"""Header fields that the runtime writes by itself (tus 1.0.0)."""

_CALLS = Symbol(f"{RUNTIME}.uploads", "UploadCalls")
_SETTINGS = Symbol(f"{RUNTIME}.uploads", "UploadSettings")
_CHUNK = Symbol(f"{RUNTIME}.uploads", "DEFAULT_CHUNK")
_UPLOADED = Symbol(f"{RUNTIME}.uploads", "Uploaded")
_CONTENT = (
    Symbol(f"{RUNTIME}.files", "FileContent"),
    Symbol(f"{RUNTIME}.files", "AsyncFileContent"),
)
_PROGRESS = Symbol(f"{RUNTIME}.progress", "ProgressCallback")
_OPTIONS = Symbol(RUNTIME, "RequestOptions")
_MAPPING = Symbol("collections.abc", "Mapping")

_DESCRIBED = {
    "source": (
        "The content: bytes, a path, an open binary file or an iterator of bytes; "
        "`(name, content)` or `(name, content, content_type)` to say what the server is told of it."
    ),
    "metadata": "What the server is told beside the name of the file and its type.",
    "chunk_size": (
        "Bytes that are sent by one request, and kept in memory until the server has them."
    ),
    "resume": "Go on with what the server has of this upload already; create it if it has none.",
    "progress": "Called with the bytes that have been sent and their total.",
}


@dataclass(frozen=True, slots=True)
class UploadPlanner:
    """Plans the uploads of one module; what they use is added to its imports."""

    names: NameTable
    annotator: Annotator
    imports: ImportSet

    def plan(
        self,
        create: ir.Operation,
        upload: ir.Upload,
        sync_class: ClassName,
        *,
        is_async: bool,
    ) -> Method:
        """The method for the upload that begins with ``create``."""
        arguments = [
            argument
            for argument in plan_arguments(create, None, self.names)
            if not _is_of_protocol(argument)
        ]
        own = _own_names({argument.name for argument in arguments})
        name = self.names.method(ir.Upload.key(create.key))
        return Method(
            define=Code("async def" if is_async else "def"),
            name=name,
            parameters=tuple(self._parameters(arguments, own, is_async=is_async)),
            returns=self.imports.use_for_types(_UPLOADED),
            docstring=(
                one_line_docstring(f"See `{sync_class}.{name}`.")
                if is_async
                else self._docstring(create, upload, arguments, own)
            ),
            imports=(),
            declarations=(),
            call=Code("return await self._upload" if is_async else "return self._upload"),
            arguments=tuple(self._passed(create, upload, arguments, own)),
        )

    def _parameters(
        self, arguments: Sequence[Argument], own: Mapping[str, Identifier], *, is_async: bool
    ) -> Iterable[Code]:
        path = [item for item in arguments if item.place is ir.ParameterLocation.PATH]
        for argument in path:
            yield self._parameter(argument)
        yield code("{}: {}", own["source"], self.imports.use_for_types(_CONTENT[is_async]))
        yield Code("*")
        for argument in arguments:
            if argument not in path:
                yield self._parameter(argument)
        mapping = self.imports.use_for_types(_MAPPING)
        yield code("{}: {}[str, str] | None = None", own["metadata"], mapping)
        yield code("{}: int = {}", own["chunk_size"], self.imports.use(_CHUNK))
        yield code("{}: bool = False", own["resume"])
        yield code("{}: {} | None = None", own["progress"], self.imports.use_for_types(_PROGRESS))
        yield code("request_options: {} | None = None", self.imports.use_for_types(_OPTIONS))

    def _parameter(self, argument: Argument) -> Code:
        annotation = self.annotator.request(argument.type)
        required = argument.required
        return parameter_code(argument.name, annotation, self.imports, required=required)

    def _passed(
        self,
        create: ir.Operation,
        upload: ir.Upload,
        arguments: Sequence[Argument],
        own: Mapping[str, Identifier],
    ) -> Iterable[Code]:
        steps = [self.names.constant(key) for key in (create.key, upload.check, upload.append)]
        yield code("{}({})", self.imports.use(_CALLS), join(", ", steps))
        settings = (
            code("metadata={}", own["metadata"]),
            code("chunk_size={}", own["chunk_size"]),
            code("resume={}", own["resume"]),
            code("progress={}", own["progress"]),
        )
        yield code("{}({})", self.imports.use(_SETTINGS), join(", ", settings))
        for keyword, place in _PLACES:
            pairs = [
                code("{}: {}", literal(argument.wire_name), argument.name)
                for argument in arguments
                if argument.place is place
            ]
            if pairs:
                yield code("{}={{}}", keyword, join(", ", pairs))
        yield code("body={}", own["source"])
        yield Code("options=request_options")

    def _docstring(
        self,
        create: ir.Operation,
        upload: ir.Upload,
        arguments: Sequence[Argument],
        own: Mapping[str, Identifier],
    ) -> Code:
        create_, check, append = (
            f"`{self.names.method(key)}`" for key in (create.key, upload.check, upload.append)
        )
        described = [
            "Upload a file piece by piece, and go on where it breaks off.",
            "This is the whole course of the tus protocol 1.0.0 on "
            f"`{create.path.reveal()}`, whose single steps are {create_}, {check} and {append}. "
            "It returns the address of the upload and its length, and raises what the steps "
            "raise, or UploadError where the server keeps another state than what was sent.",
        ]
        documented = [
            (argument.name, argument.documented.description.reveal())
            for argument in arguments
            if argument.documented.description is not None
        ]
        texts = [(own[name], text) for name, text in _DESCRIBED.items()]
        return argument_docstring("\n\n".join(described), [*documented, *texts])


_PLACES = (
    (Code("path"), ir.ParameterLocation.PATH),
    (Code("query"), ir.ParameterLocation.QUERY),
    (Code("headers"), ir.ParameterLocation.HEADER),
)


def _is_of_protocol(argument: Argument) -> bool:
    name = argument.wire_name
    return (
        argument.place is ir.ParameterLocation.HEADER
        and name is not None
        and name.reveal().lower() in _PROTOCOL
    ) or argument.place is ir.ParameterLocation.COOKIE


def _own_names(taken: Set[Identifier]) -> Mapping[str, Identifier]:
    """The arguments of the upload itself; those of the operations keep their names."""
    return {name: Identifier(f"upload_{name}" if name in taken else name) for name in _DESCRIBED}
