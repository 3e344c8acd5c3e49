"""Names of models, their modules and their attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..diagnostics import Diagnostics
from ..ir import Api, Model, ModelId, ObjectShape, recursive_groups
from ..text import UntrustedText
from . import words
from .identifiers import ClassName, Identifier, ModuleName
from .notes import note_answers
from .reserved import MODEL_ATTRIBUTE_PREFIXES, MODEL_ATTRIBUTES, MODEL_CLASSES
from .resolve import Wish, resolve
from .spelling import class_name, module_name, snake_name, spelled_name

_COMPONENT = 0
_INLINE = 1

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
    is named after the place it stands in.
    """
    groups = recursive_groups(api.models)
    scopes: dict[UntrustedText, list[Model]] = {}
    for model in api.models:
        scopes.setdefault(model.service, []).append(model)
    names: dict[ModelId, ModelNames] = {}
    for models in scopes.values():
        classes = _name_classes(models, diagnostics)
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
        attributes.update(_name_attributes(model, diagnostics))
    return names, attributes


def _name_classes(models: Iterable[Model], diagnostics: Diagnostics) -> Mapping[ModelId, ClassName]:
    wishes = [
        Wish(
            key=model.id,
            candidates=_class_candidates(model),
            identity=model.id,
            what=f"model {_where(model)}",
            origin=model.origin,
            rank=(_COMPONENT if model.name is not None else _INLINE,),
        )
        for model in models
    ]
    answers = resolve(wishes, accepts=_is_free, claims=_claims)
    note_answers(diagnostics, wishes, answers)
    return {key: ClassName(answer.name) for key, answer in answers.items()}


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
    place = place_name(tuple(part.reveal() for part in model.context))
    candidates = [*place, class_name(service, place[-1])]
    title = model.title.reveal() if model.title is not None else ""
    if 0 < len(words.split(title)) <= _LONGEST_TITLE:
        candidates.insert(0, class_name(_without_service(title, service)))
    return tuple(candidates)


def place_name(context: tuple[str, ...]) -> tuple[str, ...]:
    """Class names for the place where a schema stands, short to long.

    ``("containers", "list", "response", "item", "network")`` becomes
    ``ContainerListNetwork``, then ``ContainerListItemNetwork``, then the whole context. The short
    forms keep the resource and the method, so that what one operation has inside can only meet
    itself: adding an operation renames nothing.
    """
    noun = " ".join(_singular_last(context[:1]))
    rest = context[1:]
    if not rest:
        return (class_name(noun),)
    method, path = rest[0], rest[1:]
    known = {words.singular(word) for word in words.lower(noun)}
    if known and known <= {words.singular(word) for word in words.lower(method)}:
        # `workspaceRules.listWorkspaceRules` has said it all.
        noun = ""
    telling = tuple(part for part in path if part.lower() not in _PLACES)
    full = class_name(noun, method, *path)
    if not telling:
        role = next((_ROLES[part.lower()] for part in path if part.lower() in _ROLES), "")
        return (class_name(noun, method, role), full)
    return (
        class_name(noun, method, telling[-1]),
        class_name(noun, method, *telling),
        full,
    )


# Parts of a context that say where, not what.
_ROLES = {
    "body": "Body",
    "request": "Body",
    "response": "Result",
    "result": "Result",
    "item": "Item",
    "items": "Item",
}
_PLACES = frozenset(_ROLES) | {"data", "properties", "value", "values", "additionalproperties"}


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
        return repr(model.name.reveal())
    return f"at {model.origin.pointer or '/'.join(part.reveal() for part in model.context)}"


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
    return f"{name}_" if name.startswith(MODEL_ATTRIBUTE_PREFIXES) else name
