"""Whatever a document says, in whatever place: the code has the parts that planners print, only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from hoody_codegen.config import Target
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.ir import (
    Api,
    Constraints,
    ErrorEntry,
    ErrorShape,
    MapType,
    Operation,
    Pagination,
    PaginationStyle,
    ParameterLocation,
    RealmSupport,
    Response,
    SecurityScheme,
    Server,
    ServerVariable,
    Service,
    StreamFacts,
    StreamItem,
    StreamKind,
    StreamSwitch,
    UnionType,
    index_models,
)
from hoody_codegen.naming.identifiers import ClassName
from hoody_codegen.naming.table import build_names
from hoody_codegen.python.annotations import Annotator
from hoody_codegen.python.client import plan_client
from hoody_codegen.python.errors import plan_errors_module
from hoody_codegen.python.models import plan_models
from hoody_codegen.python.package import plan_package
from hoody_codegen.python.resources import plan_resources
from hoody_codegen.python.service_errors import plan_service_errors
from hoody_codegen.python.usage import find_usage
from hoody_codegen.render.printing import print_files
from hoody_codegen.text import Untrusted
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.building import PLACE, STRING, enum, model, operation, parameter, prop, ref

NASTY = [
    '"""',
    "'''",
    "\\",
    '"\nimport os\nos.system("id")\n"',
    '""")\nprint(1)\n("""',
    "\u2028print(1)",
    "\rprint(1)",
    "{{ 7 * 7 }}{% include 'x' %}{# #}",
    "\ud800\x00\u202e",
    "'] = __import__('os')  # noqa",
    "{x}/{y}",
    "class",
    "__class__",
    "../../../etc/passwd",
    "None",
    "self",
    "é\u0301ﬁ用户",
    "",
]
PLACES = 26
texts = st.lists(st.sampled_from(NASTY) | st.text(max_size=10), min_size=PLACES, max_size=PLACES)


def hostile_api(words: list[str]) -> Api:
    """One of everything, with ``words`` in all places that take text."""
    next_word = iter(words)

    def word() -> str:
        return next(next_word)

    def untrusted() -> Untrusted[str]:
        return Untrusted(word())

    service = word()
    shape = [
        prop(word(), STRING, description=word(), default=untrusted()),
        prop(
            f"{word()}!",
            enum(word(), f"{word()}?"),
            constraints=Constraints(pattern=untrusted(), unit=untrusted()),
        ),
    ]
    named = model("named", shape, service=service, description=word(), title=word())
    inline = model("inline", shape, service=service, context=(word(), word(), word()))
    either = UnionType((ref("named", service), ref("inline", service)))
    call = operation(
        "call",
        "PURGE",
        word(),
        service=service,
        group=(word(),),
        action=word(),
        summary=word(),
        description=word(),
        parameters=(parameter(word()), parameter(f"{word()}-", "header")),
        body=ref("named", service),
        result=MapType(either),
        errors=(),
        responses=(Response("200", (), PLACE, description=untrusted()),),
        fixed_query={"a" + words[0]: words[1]},
        pagination=Pagination(PaginationStyle.PAGE, Untrusted(words[2]), Untrusted(words[3])),
    )
    code = ErrorEntry(
        400,
        Untrusted(words[4]),
        PLACE,
        Untrusted(words[5]),
        Untrusted(words[6]),
        Untrusted(words[7]),
        messages=(Untrusted(words[12]), Untrusted(words[13])),
    )
    places = ErrorShape((Untrusted(words[14]),), (), (Untrusted(words[15]),))
    object.__setattr__(call, "errors", (code,))
    object.__setattr__(call, "error_shape", places)
    stream = _hostile_stream(words, service)
    address = Server(
        Untrusted(f"https://{words[8]}/{{v}}"),
        (ServerVariable(Untrusted("v"), Untrusted(words[9])),),
    )
    further = Server(Untrusted(f"https://{words[8]}"), name=Untrusted(words[9]))
    scheme = SecurityScheme(
        name=Untrusted(words[10]),
        type=Untrusted("apiKey"),
        origin=PLACE,
        location=Untrusted("query"),
        parameter=Untrusted(words[11]),
    )
    whole = Service(
        Untrusted(service),
        Untrusted(words[10]),
        PLACE,
        (call, stream),
        Untrusted(words[11]),
        servers=(address, further),
        realms=RealmSupport(Untrusted(words[0]), Untrusted(words[1]), Untrusted(words[2])),
        security_schemes=(scheme,),
        error_shape=places,
    )
    return Api((whole,), (inline, named))


def _hostile_stream(words: list[str], service: str) -> Operation:
    text = [Untrusted(word) for word in words]
    events = (
        StreamItem(text[0], ref("named", service), text[1]),
        StreamItem(text[2], STRING, text[3]),
        StreamItem(None, STRING),
    )
    decides = parameter(words[7])
    facts = StreamFacts(
        end=(text[0],),
        reset=(text[2],),
        ignore=(text[4],),
        resume_header=text[5],
        resume_query=text[6],
        resume_field=text[7],
        resume_replaces=(text[8],),
        trailer=text[9],
        trailer_error=text[10],
        trailer_status=text[11],
        trailer_cursor=text[12],
        cursor_query=text[13],
        switch=StreamSwitch(ParameterLocation.QUERY, decides.name, (text[14], Untrusted(True))),
    )
    return operation(
        "stream",
        service=service,
        group=(words[15],),
        action=words[16],
        parameters=(decides,),
        result=STRING if words[17] else None,
        stream=StreamKind.SSE,
        stream_facts=facts,
        items=events,
    )


def modules(api: Api) -> Iterator[tuple[str, ast.Module]]:
    names = build_names(api, Diagnostics(), client_name="Shop")
    annotator = Annotator(index_models(api), names, find_usage(api))
    target = Target("shop", (), Path("out")).completed("Shop")
    plans = [
        *plan_package(api, target),
        plan_client(api, names, target, Diagnostics()),
        plan_errors_module(api, names, client_name=ClassName("Shop")),
        *plan_resources(api, names, annotator, Diagnostics()),
        *plan_service_errors(api, names),
        *plan_models(api, names),
    ]
    for path, text in print_files(plans).items():
        assert ".." not in path.parts
        assert str(path).isascii()
        if path.suffix == ".py":
            yield str(path), ast.parse(text.encode("utf-8"))


MODULES = {
    *("__future__", "builtins", "collections.abc", "datetime", "functools", "importlib", "typing"),
    *("pydantic", "typing_extensions"),
}
BUILTINS = {
    *("AttributeError", "bool", "bytes", "dict", "dir", "float", "getattr", "globals", "int"),
    *("list", "object", "property", "sorted", "str", "super", "type"),
}
STATEMENTS = (
    *(ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef),
    *(ast.Assign, ast.AnnAssign, ast.If, ast.Return, ast.Raise, ast.Expr),
)


def faults(tree: ast.Module) -> Iterator[str]:
    """Parts that no planner prints: other statements, foreign modules, names from nowhere."""
    bound: set[str] = {"__name__", "__package__", "__file__", "__path__"}
    loaded: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                bound |= {(alias.asname or alias.name).partition(".")[0] for alias in names}
                modules = [alias.name for alias in names]
                if isinstance(node, ast.ImportFrom):
                    modules = [] if node.level else [node.module or ""]
                yield from (f"import of {name}" for name in modules if name not in MODULES)
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                bound.add(name)
            case ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
                bound.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                bound.add(name)
            case ast.Name(id=name):
                loaded.add(name)
            case ast.Expr(value=ast.Constant(value=str())) | ast.Expr(value=ast.Await()):
                pass
            case ast.Expr(value=ast.Constant(value=value)) if value is ...:
                pass
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="self")))):
                pass
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Call()))):
                pass
            case ast.Expr():
                yield f"statement {ast.unparse(node)}"
        if isinstance(node, ast.stmt) and not isinstance(node, STATEMENTS):
            yield f"statement {ast.unparse(node)}"
    yield from (f"name {name}" for name in sorted(loaded - bound - BUILTINS))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_no_text_becomes_code(words: list[str]) -> None:
    for path, tree in modules(hostile_api(words)):
        assert not list(faults(tree)), path


def test_the_check_sees_what_must_not_be() -> None:
    for code in (
        "import os",
        "from os import system",
        "print(1)",
        "x = eval",
        "for x in (): pass",
        "class A:\n    open('x')",
        "def f():\n    exec('')",
    ):
        assert list(faults(ast.parse(code))), code
