"""Names of models, their modules and their attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..diagnostics import Diagnostics
from ..ir import (
    Api,
    Model,
    ModelId,
    ObjectShape,
    TypeRef,
    index_models,
    recursive_groups,
)
from ..ir.rewrite import reachable_from
from ..text import UntrustedText
from . import words
from .identifiers import ClassName, Identifier, ModuleName
from .notes import note_answers
from .reserved import MODEL_ATTRIBUTE_PREFIXES, MODEL_ATTRIBUTES, MODEL_CLASSES
from .resolve import Wish, resolve
from .spelling import class_name, module_name, snake_name, spelled_name

_COMPONENT = 0
_INLINE = 1
_UNUSED = 2

_LONGEST_TITLE = 5
"""Words of a title that is a name; a longer one is a sentence."""


@dataclass(frozen=True, slots=True)
class ModelNames:
    """``class_name`` is the model of responses, ``param_name`` the TypedDict of requests.

    Both stand in ``module`` of ``types/<service>/``; models that need each other share one.
    """

    class_name: ClassName
    param_name: ClassName
    module: ModuleName


def name_models(
    api: Api, diagnostics: Diagnostics
) -> tuple[Mapping[ModelId, ModelNames], Mapping[tuple[ModelId, UntrustedText], Identifier]]:
    """Names of all models, and of the attributes of all object models.

    Models of one service share a scope. A component keeps its name before an inline schema, which
    is named after the place it stands in, and that before one that no call takes or gives back
    (envelopes, bodies of errors).
    """
    used = _used(api)
    groups = recursive_groups(api.models)
    scopes: dict[UntrustedText, list[Model]] = {}
    for model in api.models:
        scopes.setdefault(model.service, []).append(model)
    names: dict[ModelId, ModelNames] = {}
    for models in scopes.values():
        classes = _name_classes(models, used, diagnostics)
        inline = {model.id: model.name is None for model in models}
        for model in models:
            class_ = classes[model.id]
            # A group's module is called after one member: a component, the shortest, the first.
            head = min(
                (inline[other], len(classes[other]), classes[other]) for other in groups[model.id]
            )[2]
            names[model.id] = ModelNames(class_, _param(class_), module_name(head))
    attributes: dict[tuple[ModelId, UntrustedText], Identifier] = {}
    for model in api.models:
        reported = diagnostics if model.id in used else Diagnostics()
        attributes.update(_name_attributes(model, reported))
    return names, attributes


def _used(api: Api) -> frozenset[ModelId]:
    """The models that arguments and results lead to."""
    models = index_models(api)
    types: list[TypeRef] = []
    for service in api.services:
        for operation in service.operations:
            types += [parameter.type for parameter in operation.parameters]
            if operation.result is not None and operation.result.type is not None:
                types.append(operation.result.type)
            types += [item.type for item in operation.items]
            if operation.socket is not None and operation.socket.received is not None:
                types.append(operation.socket.received)
            if operation.body is not None:
                types += [content.type for content in operation.body.contents if content.type]
    return frozenset(reachable_from(types, models))


def _name_classes(
    models: Iterable[Model], used: frozenset[ModelId], diagnostics: Diagnostics
) -> Mapping[ModelId, ClassName]:
    wishes = [
        Wish(
            key=model.id,
            candidates=_class_candidates(model),
            identity=model.id,
            what=_where(model),
            origin=model.origin,
            rank=_rank(model, used),
        )
        for model in models
    ]
    answers = resolve(wishes, accepts=_is_free, claims=_claims)
    note_answers(diagnostics, (wish for wish in wishes if wish.rank < (_UNUSED, 0)), answers)
    return {key: ClassName(answer.name) for key, answer in answers.items()}


def _rank(model: Model, used: frozenset[ModelId]) -> tuple[int, int]:
    if model.name is not None:
        # `Part` says all of its name, `agent_Part` more than that.
        text = model.name.reveal()
        return (_COMPONENT, int(_without_service(text, model.service.reveal()) != text))
    # An outer schema before one inside it: both are of one operation.
    return (_INLINE if model.id in used else _UNUSED, len(model.context))


def _is_free(name: str) -> bool:
    return ClassName.accepts(name) and name not in MODEL_CLASSES


def _claims(name: str) -> tuple[str, ...]:
    """The class, its TypedDict and the module, in the form that file systems compare."""
    return (name.casefold(), _param(ClassName(name)).casefold(), f"{module_name(name)}.py")


def _param(name: ClassName) -> ClassName:
    return ClassName(f"{name}Param")


def _class_candidates(model: Model) -> tuple[str, ...]:
    service = model.service.reveal()
    if model.name is not None:
        text = model.name.reveal()
        bare = _without_service(text, service)
        # `main.KVEntry`: a package of the server's language, of no use to a caller.
        last = bare.rpartition(".")[2]
        return (
            class_name(last if words.split(last) else bare),
            class_name(bare),
            class_name(service, bare),
            class_name(service, words.spelled(bare)),
        )
    context = tuple(part.reveal() for part in model.context)
    if context and model.id.startswith(f"{service}#{context[0]}/"):
        place = _inside_component((_without_service(context[0], service), *context[1:]))
    else:
        place = place_name(context)
    candidates = [*place, class_name(service, place[-1])]
    title = model.title.reveal() if model.title is not None else ""
    if 0 < len(words.split(title)) <= _LONGEST_TITLE:
        candidates.insert(0, class_name(_without_service(title, service)))
    return tuple(candidates)


def place_name(context: tuple[str, ...]) -> tuple[str, ...]:
    """Class names for the place where a schema stands, short to long.

    ``("containers", "list", "response", "item", "network")`` becomes ``ContainerListNetwork``, then
    ``ContainerListItemNetwork``, then the whole context. What ``get`` gives back is the thing
    itself: ``Container`` and ``ContainerNetwork``. The short forms keep the resource and the
    method, so that what is inside one operation can only meet itself, and adding an operation
    renames nothing.
    """
    noun = " ".join(_singular_last(context[:1]))
    if len(context) < 3:
        return (class_name(noun, *context[1:]),)
    method, path = words.without_iterator(context[1]), context[2:]
    said = {words.singular(word) for word in words.lower(method)}
    if set(words.lower(noun)) <= said:
        # `workspaceRules.listWorkspaceRules` has said it all.
        noun = ""
    role = _ROLES.get(path[0].lower(), "")
    if not role and path[1:2] and path[1].lower() in ("response", "error"):
        # A further status: `202` is ("accepted", "response").
        role, path = path[0], path[1:]
    thing = method.lower() == "get" and role == "Result"
    start = (noun,) if thing else (noun, method)
    telling = _telling(path[1:])
    is_item = path[-1].lower() == "item"
    if not telling:
        role = "Item" if is_item else role
        found = [class_name(noun) if thing and not is_item else class_name(*start, role)]
        found.append(class_name(noun, method, role))
        if len(path) > 1 and not is_item:
            found.append(class_name(*start, path[-1]))
    else:
        # `containers.list` has `containers`, and each of them is a `ContainerListItem`.
        repeats = is_item and _repeats(telling[-1], noun, method)
        found = [class_name(*start, *(("Item",) if repeats else _last(path, telling)))]
        found.append(class_name(noun, method, *telling))
        if is_item:
            found.append(class_name(noun, method, *telling, "Item"))
    return (*found, class_name(noun, method, *path))


def _inside_component(context: tuple[str, ...]) -> tuple[str, ...]:
    """Class names for a schema inside a named one: its name and the field's."""
    owner, path = context[0], context[1:]
    telling = _telling(path)
    return (
        class_name(owner, *_last(path, telling)),
        class_name(owner, *telling),
        class_name(owner, *telling, "Item" if path[-1].lower() == "item" else ""),
        class_name(owner, *path),
    )


def _telling(path: tuple[str, ...]) -> tuple[str, ...]:
    """The parts that say what something is; the members of a list in the singular."""
    parts: list[str] = []
    for part, after in zip(path, (*path[1:], ""), strict=False):
        if part.lower() in _PLACES:
            continue
        listed = after.lower() in ("item", "value")
        parts.append(" ".join(_singular_last((part,))) if listed else part)
    return tuple(parts)


def _last(path: tuple[str, ...], telling: tuple[str, ...]) -> tuple[str, ...]:
    """The last telling part; a variant of a union says what it is a variant of."""
    return telling[-2:] if "variant" in path else telling[-1:]


def _repeats(part: str, noun: str, method: str) -> bool:
    """Whether a part only says again what the thing, or the end of the method, is called."""
    said = [words.singular(word) for word in words.lower(part)]
    for text in (noun, method):
        heard = [words.singular(word) for word in words.lower(text)]
        if heard[-len(said) :] == said:
            return True
    return False


_ROLES = {"body": "Body", "response": "Result"}
"""First parts of a context behind resource and method."""

_PLACES = frozenset(["item", "items", "value", "values", "variant", "data"])
"""Further parts that say where something stands, and not what it is."""


def _singular_last(texts: tuple[str, ...]) -> tuple[str, ...]:
    split = [word for text in texts for word in words.split(text)]
    return (*split[:-1], words.singular(split[-1])) if split else texts


def _without_service(text: str, service: str) -> str:
    """``api_AuthToken`` → ``AuthToken``: the merged document marks components by their service."""
    head, separator, rest = text.partition("_")
    if separator and words.lower(head) == words.lower(service) and words.split(rest):
        return rest
    return text


def _where(model: Model) -> str:
    if model.name is not None:
        return f"model {model.name.reveal()!r}"
    return (
        f"the model at {model.origin.pointer or '/'.join(part.reveal() for part in model.context)}"
    )


def _name_attributes(
    model: Model, diagnostics: Diagnostics
) -> Mapping[tuple[ModelId, UntrustedText], Identifier]:
    if not isinstance(model.shape, ObjectShape):
        return {}
    wishes = []
    for property_ in model.shape.properties:
        text = property_.name.reveal()
        short = _attribute(snake_name(text, filler="value", reserved=MODEL_ATTRIBUTES))
        spelled = _attribute(spelled_name(text, filler="value", reserved=MODEL_ATTRIBUTES))
        wishes.append(
            Wish(
                key=(model.id, property_.name),
                candidates=(short, spelled),
                identity=text,
                what=f"field {text!r} of {_where(model)}",
                origin=property_.origin,
                rank=(text != short,),
            )
        )
    answers = resolve(
        wishes, accepts=lambda name: Identifier.accepts(name) and name not in MODEL_ATTRIBUTES
    )
    note_answers(diagnostics, wishes, answers)
    return {key: Identifier(answer.name) for key, answer in answers.items()}


def _attribute(name: str) -> str:
    # A leading underscore would make it private to pydantic; words never begin with one.
    is_protected = name.startswith(MODEL_ATTRIBUTE_PREFIXES) and not name.endswith("_")
    return f"{name}_" if is_protected else name
