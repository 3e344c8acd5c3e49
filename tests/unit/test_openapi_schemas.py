"""Schemas to types and models, one idea each."""

from __future__ import annotations

import pytest
from hoody_codegen.ir import (
    AnyType,
    ArrayType,
    EnumType,
    MapType,
    ModelId,
    ModelType,
    NullableType,
    ScalarKind,
    ScalarType,
    TypeRef,
    UnionType,
    walk_types,
)
from hoody_codegen.ir.rewrite import model_types
from hoody_codegen.text import Untrusted
from support.building import BOOLEAN, DATE, DATE_TIME, INTEGER, NUMBER, STRING
from support.reading import fields, read_schemas, read_type


def enum(*values: object, base: ScalarType = STRING) -> EnumType:
    return EnumType(tuple(Untrusted(value) for value in values), base, const=len(values) == 1)


def string(format_: str) -> ScalarType:
    return ScalarType(ScalarKind.STRING, Untrusted(format_))


ANY = AnyType()


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        # scalars and formats
        ("type: string", STRING),
        ("{type: string, format: date-time}", DATE_TIME),
        ("{format: date}", DATE),
        ("{type: string, format: uuid}", string("uuid")),
        ("{type: string, format: byte}", ScalarType(ScalarKind.BASE64)),
        ("{type: string, contentEncoding: base64}", ScalarType(ScalarKind.BASE64)),
        ("{type: string, format: binary}", ScalarType(ScalarKind.BINARY)),
        ("{type: integer, format: int64}", ScalarType(ScalarKind.INTEGER, Untrusted("int64"))),
        ("type: number", NUMBER),
        ("type: boolean", BOOLEAN),
        # null in every dialect
        ("{type: string, nullable: true}", NullableType(STRING)),
        ("{type: [string, 'null']}", NullableType(STRING)),
        ("{anyOf: [{type: string}, {type: 'null'}]}", NullableType(STRING)),
        ("{oneOf: [{type: 'null'}, {const: null}, {type: string}]}", NullableType(STRING)),
        ("{oneOf: [{type: string, pattern: x, nullable: true}]}", NullableType(STRING)),
        ("{enum: [a, null, b]}", NullableType(enum("a", "b"))),
        ("{enum: [a], nullable: true}", NullableType(enum("a"))),
        ("{type: string, x-nullable: true}", NullableType(STRING)),
        ("{nullable: true, description: anything}", ANY),
        ("{type: 'null'}", ScalarType(ScalarKind.NULL)),
        # anything
        ("{}", ANY),
        ("true", ANY),
        ("{description: x}", ANY),
        ("{type: any}", ANY),
        # several types
        ("{type: [string, integer]}", UnionType((STRING, INTEGER))),
        ("{type: [string, integer, 'null']}", NullableType(UnionType((STRING, INTEGER)))),
        # enumerations
        ("{type: string, enum: [a, b]}", enum("a", "b")),
        ("{const: a}", enum("a")),
        ("{type: number, enum: [200]}", enum(200, base=NUMBER)),
        ("{enum: [1, 2]}", enum(1, 2, base=INTEGER)),
        ("{enum: [true]}", enum(True, base=BOOLEAN)),
        ("{enum: [a, 1, b]}", UnionType((enum("a", "b"), enum(1, base=INTEGER)))),
        ("{oneOf: [{const: a}, {const: b}]}", enum("a", "b")),
        ("{enum: [[1]]}", ANY),
        # lists
        ("{type: array, items: {type: string}}", ArrayType(STRING)),
        ("{type: array}", ArrayType(ANY)),
        ("{items: {type: integer}}", ArrayType(INTEGER)),
        ("{type: array, items: true}", ArrayType(ANY)),
        ("{type: array, items: false, prefixItems: [{type: string}]}", ArrayType(STRING)),
        (
            "{type: array, prefixItems: [{type: string}, {type: integer}]}",
            ArrayType(UnionType((STRING, INTEGER))),
        ),
        (
            "{type: array, items: [{type: string}, {type: integer}]}",
            ArrayType(UnionType((STRING, INTEGER))),
        ),
        # maps
        ("type: object", MapType(ANY)),
        ("{type: object, additionalProperties: true}", MapType(ANY)),
        ("{type: object, additionalProperties: false}", MapType(ANY)),
        ("{type: object, additionalProperties: {type: string}}", MapType(STRING)),
        ("{additionalProperties: {type: [string, 'null']}}", MapType(NullableType(STRING))),
        ("{type: object, propertyNames: {type: string}, additionalProperties: {}}", MapType(ANY)),
        ("{type: object, patternProperties: {'^x-': {type: integer}}}", MapType(INTEGER)),
        # implied types
        ("{pattern: '^a'}", STRING),
        ("{minLength: 1}", STRING),
        ("{minimum: 1}", NUMBER),
        ("{minItems: 1}", ArrayType(ANY)),
        # unions
        ("{oneOf: [{type: string}, {type: integer}]}", UnionType((STRING, INTEGER))),
        ("{oneOf: [{type: integer}, {type: integer, minimum: 1}]}", INTEGER),
        (
            "{anyOf: [{anyOf: [{type: string}, {type: 'null'}]}, {type: integer}]}",
            NullableType(UnionType((STRING, INTEGER))),
        ),
        ("{oneOf: [{type: string}, {}]}", ANY),
        ("{type: string, anyOf: [{pattern: a}, {pattern: b}]}", STRING),
        (
            "{type: string, anyOf: [{format: ipv4}, {enum: [any]}]}",
            UnionType((string("ipv4"), enum("any"))),
        ),
        (
            "{anyOf: [{type: array, items: {type: string}}, {type: string, anyOf: [{format: a}]}]}",
            UnionType((ArrayType(STRING), STRING)),
        ),
        (
            "{type: string, oneOf: [{type: string, enum: [a]}, {type: string}]}",
            UnionType((enum("a"), STRING)),
        ),
        # allOf of scalars
        ("{allOf: [{type: string}, {format: uuid}]}", string("uuid")),
        ("{allOf: [{enum: [a, b, c]}, {enum: [c, b]}]}", enum("b", "c")),
        ("{allOf: [{type: number}, {type: integer}]}", INTEGER),
        # "not" limits, it describes nothing
        ("{type: string, not: {enum: [x]}}", STRING),
    ],
)
def test_types(schema: str, expected: TypeRef) -> None:
    found, messages = read_type(schema)
    assert found == expected
    assert messages == []


@pytest.mark.parametrize(
    ("schema", "expected", "message"),
    [
        ("type: file", ANY, "'type' is left out"),
        ("5", ANY, "expected a schema and found a number"),
        ("[1]", ANY, "expected a schema and found a list"),
        ("{type: array, items: 3}", ArrayType(ANY), "expected a schema and found a number"),
        ("{type: string, enum: []}", STRING, "'enum' is left out"),
        ("{type: string, enum: [1, true, a]}", enum("1", "true", "a"), "is not text"),
        ("{type: string, minLength: many}", STRING, "'minLength' is left out"),
        ("{oneOf: 3}", ANY, "'oneOf' is left out"),
        ("{type: object, properties: [a]}", MapType(ANY), "'properties' is left out"),
        ("{allOf: [{type: string}, {type: boolean}]}", STRING, "at once"),
        ("{type: object, required: true}", MapType(ANY), "'required' is left out"),
    ],
)
def test_broken_schemas_degrade_with_a_warning(
    schema: str, expected: TypeRef, message: str
) -> None:
    found, messages = read_type(schema)
    assert found == expected
    assert any(message in text and "warning" in text for text in messages), messages


def test_references_to_objects_are_models_and_scalars_stand_for_themselves() -> None:
    models, _ = read_schemas("""
        Id: {type: string, format: uuid, description: The id}
        Size: {type: string, enum: [s, m]}
        Name: {$ref: '#/components/schemas/Id'}
        Pet:
          type: object
          properties:
            id: {$ref: '#/components/schemas/Name'}
            size: {$ref: '#/components/schemas/Size'}
            parent: {$ref: '#/components/schemas/Pet'}
            friend: {nullable: true, allOf: [{$ref: '#/components/schemas/Pet'}]}
            other: {type: object, nullable: true, allOf: [{$ref: '#/components/schemas/Pet'}]}
            maybe: {oneOf: [{type: 'null'}, {$ref: '#/components/schemas/Pet'}]}
            described: {$ref: '#/components/schemas/Pet', description: Mine}
        """)
    pet = ModelType(ModelId("t#Pet"))
    found = {name: item.type for name, item in fields(models["Pet"]).items()}
    assert found == {
        "id": string("uuid"),
        "size": ModelType(ModelId("t#Size")),
        "parent": pet,
        "friend": NullableType(pet),
        "other": NullableType(pet),
        "maybe": NullableType(pet),
        "described": pet,
    }
    assert models["Size"].shape == enum("s", "m")
    assert fields(models["Pet"])["id"].description == Untrusted("The id")
    assert fields(models["Pet"])["described"].description == Untrusted("Mine")


def test_null_belongs_to_the_reference_not_to_the_model() -> None:
    models, _ = read_schemas("""
        Thing: {type: object, nullable: true, properties: {a: {type: string}}}
        Choice: {anyOf: [{type: string}, {type: integer}, {type: 'null'}]}
        Holder:
          type: object
          properties:
            thing: {$ref: '#/components/schemas/Thing'}
            choice: {$ref: '#/components/schemas/Choice'}
        """)
    found = fields(models["Holder"])
    assert found["thing"].type == NullableType(ModelType(ModelId("t#Thing")))
    assert found["choice"].type == NullableType(ModelType(ModelId("t#Choice")))
    assert models["Choice"].shape == UnionType((STRING, INTEGER))


def test_all_of_loses_nothing() -> None:
    models, messages = read_schemas("""
        Base:
          type: object
          required: [id]
          properties:
            id: {type: string, description: Base id}
            mode: {type: string, maxLength: 9}
        More:
          description: All of it
          allOf:
            - $ref: '#/components/schemas/Base'
            - {type: object, required: [extra], properties: {extra: {type: integer}}}
            - {properties: {mode: {enum: [a, b], minLength: 1}}, additionalProperties: {}}
          properties: {own: {type: boolean}}
          required: [mode]
        """)
    assert messages == []
    found = fields(models["More"])
    assert list(found) == ["own", "id", "mode", "extra"]
    assert [name for name, item in found.items() if item.required] == ["id", "mode", "extra"]
    assert found["mode"].type == enum("a", "b")
    assert (found["mode"].constraints.min_length, found["mode"].constraints.max_length) == (1, 9)
    assert models["More"].description == Untrusted("All of it")


def test_all_of_in_a_circle_ends() -> None:
    models, _ = read_schemas("""
        A: {allOf: [{$ref: '#/components/schemas/B'}], properties: {a: {type: string}}}
        B: {allOf: [{$ref: '#/components/schemas/A'}], properties: {b: {type: string}}}
        C: {allOf: [{$ref: '#/components/schemas/C'}]}
        """)
    assert set(fields(models["A"])) == {"a", "b"}
    assert set(fields(models["B"])) == {"a", "b"}
    assert "C" in models


def test_required_beside_a_reference_makes_another_shape() -> None:
    models, _ = read_schemas("""
        Base: {type: object, properties: {a: {type: string}}}
        Holder:
          type: object
          properties:
            strict: {allOf: [{$ref: '#/components/schemas/Base'}], required: [a]}
        """)
    assert fields(models["Holder"])["strict"].type == ModelType(ModelId("t#Holder/strict"))
    assert fields(models["Holder/strict"])["a"].required


def test_a_required_field_that_nobody_describes_is_kept() -> None:
    models, _ = read_schemas("A: {type: object, required: [x], properties: {y: {}}}")
    assert fields(models["A"])["x"].type == ANY
    assert fields(models["A"])["x"].inferred is not None


def test_fields_beside_a_union_belong_to_every_member() -> None:
    models, _ = read_schemas("""
        Event:
          type: object
          required: [at]
          properties: {at: {type: string, format: date-time}}
          oneOf:
            - {title: Made, properties: {kind: {const: made}}, required: [kind]}
            - {title: Gone, properties: {kind: {const: gone}, why: {}}, required: [kind]}
        """)
    made, gone = ModelType(ModelId("t#Event/Made")), ModelType(ModelId("t#Event/Gone"))
    assert models["Event"].shape == UnionType((made, gone), Untrusted("kind"))
    assert set(fields(models["Event/Made"])) == {"at", "kind"}
    assert set(fields(models["Event/Gone"])) == {"at", "kind", "why"}
    assert models["Event/Gone"].context == (Untrusted("Event"), Untrusted("Gone"))


def test_branches_that_only_require_fields_are_no_union() -> None:
    models, _ = read_schemas("""
        A:
          type: object
          properties: {a: {type: string}, b: {type: string}}
          anyOf: [{required: [a]}, {required: [b]}]
        """)
    assert set(fields(models["A"])) == {"a", "b"}
    assert not any(item.required for item in fields(models["A"]).values())


TAGGED = """
Cat: {type: object, required: [type], properties: {type: {enum: [cat]}}}
Dog: {type: object, required: [type], properties: {type: {enum: [dog]}}}
Any: {oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]}
"""


def test_a_discriminator_is_found_by_its_constants() -> None:
    models, _ = read_schemas(TAGGED)
    shape = models["Any"].shape
    assert isinstance(shape, UnionType)
    assert shape.discriminator == Untrusted("type")


@pytest.mark.parametrize(
    "change",
    [
        ("enum: [dog]", "enum: [cat]"),
        ("enum: [dog]", "type: string"),
        ("enum: [dog]", "enum: [dog, wolf]"),
        ("{type: object, required: [type], properties: {type: {enum: [dog]}}}", "{type: string}"),
    ],
)
def test_no_discriminator_unless_every_member_has_its_own(change: tuple[str, str]) -> None:
    models, _ = read_schemas(TAGGED.replace(*change))
    shape = models["Any"].shape
    assert isinstance(shape, UnionType)
    assert shape.discriminator is None


def test_a_declared_discriminator_gives_the_constants() -> None:
    models, _ = read_schemas("""
        Cat: {type: object, required: [pet], properties: {pet: {type: string}, a: {const: 1}}}
        Dog: {type: object, required: [pet], properties: {pet: {type: string}, a: {const: 2}}}
        Any:
          oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
          discriminator:
            propertyName: pet
            mapping: {kitty: '#/components/schemas/Cat', dog: Dog}
        """)
    shape = models["Any"].shape
    assert isinstance(shape, UnionType)
    assert shape.discriminator == Untrusted("pet")
    assert fields(models["Cat"])["pet"].type == enum("kitty")
    assert fields(models["Dog"])["pet"].type == enum("dog")


def test_a_discriminator_without_mapping_changes_no_model() -> None:
    models, _ = read_schemas("""
        Pet:
          type: object
          discriminator: {propertyName: kind}
          required: [kind]
          properties: {kind: {type: string}}
        Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {claws: {type: integer}}}]}
        Any:
          oneOf: [{$ref: '#/components/schemas/Pet'}, {$ref: '#/components/schemas/Cat'}]
          discriminator: {propertyName: kind}
        """)
    assert fields(models["Pet"])["kind"].type == STRING
    assert fields(models["Cat"])["kind"].type == STRING
    shape = models["Any"].shape
    assert isinstance(shape, UnionType)
    assert shape.discriminator is None


def test_equal_inline_schemas_with_one_title_are_one_model() -> None:
    deep = "{title: Deep, type: object, properties: {x: {}}}"
    inner = f"{{title: Perm, type: object, properties: {{a: {{type: string}}, b: {deep}}}}}"
    models, _ = read_schemas(f"""
        One: {{type: object, properties: {{p: {inner}, r: {{type: array, items: {inner}}}}}}}
        Two:
          type: object
          properties:
            p: {inner.replace("a: {type: string}", "a: {type: string, description: Other text}")}
            q: {inner.replace("type: string", "type: integer")}
            s: {inner.replace("title: Perm, ", "")}
        """)
    one, two = fields(models["One"]), fields(models["Two"])
    assert one["p"].type == two["p"].type == ModelType(ModelId("t#One/p"))
    assert one["r"].type == ArrayType(ModelType(ModelId("t#One/p")))
    assert two["q"].type == ModelType(ModelId("t#Two/q"))
    assert two["s"].type == ModelType(ModelId("t#Two/s"))
    inside = fields(models["Two/q"])["b"].type
    assert inside == fields(models["One/p"])["b"].type == ModelType(ModelId("t#One/p/b"))
    assert set(models) == {"One", "Two", "One/p", "One/p/b", "Two/q", "Two/s"}


def test_extra_fields_are_typed_where_the_document_says_so() -> None:
    models, _ = read_schemas("""
        Open: {type: object, properties: {a: {}}, additionalProperties: {type: integer}}
        Closed: {type: object, properties: {a: {}}, additionalProperties: false}
        Unsaid: {type: object, properties: {a: {}}}
        Free: {type: object, properties: {a: {}}, additionalProperties: true}
        """)
    extras = {name: getattr(model.shape, "extra") for name, model in models.items()}  # noqa: B009
    assert extras == {"Open": INTEGER, "Closed": None, "Unsaid": None, "Free": ANY}


def test_facts_of_fields() -> None:
    models, _ = read_schemas("""
        A:
          type: object
          required: [a]
          properties:
            a:
              type: integer
              minimum: 1
              exclusiveMinimum: true
              maximum: 9007199254740993
              multipleOf: 2
              default: null
              deprecated: true
              readOnly: true
              x-unit: seconds
              x-inferred: range from description
            b: {type: number, exclusiveMaximum: 0.5, default: 0, writeOnly: true}
            c: {type: array, items: {}, minItems: 1, maxItems: 2, uniqueItems: true, pattern: 5}
        """)
    found = fields(models["A"])
    a, b, c = found["a"], found["b"], found["c"]
    assert (a.constraints.minimum, a.constraints.exclusive_minimum) == (None, 1)
    assert a.constraints.maximum == 9007199254740993
    assert a.constraints.unit == Untrusted("seconds")
    assert a.default == Untrusted(None)
    assert a.default is not None
    assert a.required
    assert a.deprecated
    assert a.read_only
    assert a.inferred == Untrusted("range from description")
    assert b.constraints.exclusive_maximum == 0.5
    assert b.default == Untrusted(0)
    assert b.write_only
    assert (c.constraints.min_items, c.constraints.max_items) == (1, 2)
    assert c.constraints.unique_items
    assert str(a.origin) == "spec.yaml:11:9"


def test_odd_component_names_keep_their_text() -> None:
    models, _ = read_schemas("""
        main.KVEntry: {type: object, properties: {next: {$ref: '#/components/schemas/a~1b'}}}
        a/b: {type: object, properties: {x: {}}}
        kvBatch: {type: object, properties: {x: {}}}
        """)
    assert set(models) == {"main.KVEntry", "a/b", "kvBatch"}
    assert models["main.KVEntry"].name == Untrusted("main.KVEntry")
    assert fields(models["main.KVEntry"])["next"].type == ModelType(ModelId("t#a/b"))


def test_a_reference_into_a_schema_is_a_model_of_its_own() -> None:
    models, _ = read_schemas("""
        A: {type: object, properties: {deep: {type: object, properties: {x: {type: string}}}}}
        B: {type: object, properties: {d: {$ref: '#/components/schemas/A/properties/deep'}}}
        """)
    target = fields(models["B"])["d"].type
    assert isinstance(target, ModelType)
    model = models[target.id.removeprefix("t#")]
    assert model.context == (Untrusted("A"), Untrusted("deep"))
    assert set(fields(model)) == {"x"}


def test_recursion_through_lists_and_maps() -> None:
    models, _ = read_schemas("""
        Tree:
          type: object
          properties:
            kids: {type: array, items: {$ref: '#/components/schemas/Tree'}}
            by_name: {additionalProperties: {$ref: '#/components/schemas/Tree'}}
        List: {type: array, items: {$ref: '#/components/schemas/List'}}
        """)
    tree = ModelType(ModelId("t#Tree"))
    assert fields(models["Tree"])["kids"].type == ArrayType(tree)
    assert fields(models["Tree"])["by_name"].type == MapType(tree)
    assert models["List"].shape == ArrayType(ModelType(ModelId("t#List")))


def test_a_long_chain_of_names_is_followed() -> None:
    chain = "".join(
        f"N{index}: {{$ref: '#/components/schemas/N{index + 1}'}}\n" for index in range(1500)
    )
    models, _ = read_schemas(chain + "N1500: {type: object, properties: {a: {}}}\n")
    assert models["N0"].shape == ModelType(ModelId("t#N1500"))


def test_all_of_that_doubles_at_every_step_stays_small() -> None:
    doubling = "".join(
        f"N{index}: {{allOf: [{{$ref: '#/components/schemas/N{index + 1}'}},"
        f" {{$ref: '#/components/schemas/N{index + 1}'}}], properties: {{p{index}: {{}}}}}}\n"
        for index in range(40)
    )
    models, _ = read_schemas(doubling + "N40: {type: object, properties: {end: {}}}\n")
    assert len(fields(models["N0"])) == 41


def test_unions_of_unions_are_limited() -> None:
    union = "{oneOf: [{required: [a], properties: {a: {}}}, {properties: {b: {}}}]}"
    _, messages = read_schemas(f"A: {{type: object, allOf: [{', '.join([union] * 6)}]}}")
    assert any("too-many-unions" in message for message in messages)


@pytest.mark.parametrize(
    "schemas",
    [
        "A: {oneOf: [{$ref: '#/components/schemas/A'}]}",
        "A: {oneOf: [{allOf: [{$ref: '#/components/schemas/A'}, {properties: {x: {}}}]}]}",
        "A: {anyOf: [{allOf: [{$ref: '#/components/schemas/A'}, {properties: {x: {}}}]}, {}]}",
        "A: {properties: {c: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {x: {}}}]}}}",
        "A: {items: {allOf: [{$ref: '#/components/schemas/A'}, {items: {}}]}}",
        "A: {additionalProperties: {allOf: [{$ref: '#/components/schemas/A'}, {items: {}}]}}",
        "A: {oneOf: [{properties: {c: {allOf: [{$ref: '#/components/schemas/A'},"
        " {required: [c]}]}}}, {properties: {d: {}}}]}",
    ],
)
def test_schemas_that_contain_themselves_end(schemas: str) -> None:
    models, _ = read_schemas(schemas)
    assert "A" in models
    for model in models.values():
        for type_ in model_types(model):
            for inner in walk_types(type_):
                assert not isinstance(inner, ModelType) or inner.id.removeprefix("t#") in models


def test_a_merged_schema_inside_itself_is_one_model() -> None:
    models, _ = read_schemas(
        "A: {properties: {c: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {x: {}}}]}}}"
    )
    inner = ModelType(ModelId("t#A/c"))
    assert fields(models["A"])["c"].type == inner
    assert fields(models["A/c"])["c"].type == inner
    assert set(models) == {"A", "A/c"}


def test_null_in_the_only_branch_of_a_union() -> None:
    found, _ = read_type("{oneOf: [{type: object, nullable: true, properties: {a: {}}}]}")
    assert found == NullableType(ModelType(ModelId("t#Holder/value")))
