"""Overlays: corrections on top of a document."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.document import Document, apply, load_all
from support.reading import document

SPEC = """\
openapi: 3.1.0
paths:
  /a:
    get: {summary: old, tags: [one], deprecated: true}
  /b:
    get: {summary: other}
"""


def overlaid(actions: str, spec: str = SPEC) -> tuple[Document, list[str]]:
    text = "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions:\n"
    text += textwrap.indent(textwrap.dedent(actions), "  ")
    diagnostics = Diagnostics()
    changed = apply(document(spec), document(text, "fix.yaml"), diagnostics)
    return changed, [str(item) for item in diagnostics]


def test_update_merges_and_lists_grow() -> None:
    changed, messages = overlaid("""
        - target: $.paths['/a'].get
          update: {summary: new, tags: [two], x-added: {deep: 1}}
        """)
    assert messages == []
    assert changed.root.value["paths"]["/a"]["get"] == {
        "summary": "new",
        "tags": ["one", "two"],
        "deprecated": True,
        "x-added": {"deep": 1},
    }


def test_places_of_changed_parts_are_in_the_overlay() -> None:
    changed, _ = overlaid("""
        - target: $.paths['/a'].get
          update:
            summary: new
            x-added: {deep: 1}
        """)
    assert str(changed.location("/paths/~1a/get/deprecated")) == "spec.yaml:4:38"
    assert str(changed.location("/paths/~1a/get/summary")) == "fix.yaml:7:7"
    deep = changed.location("/paths/~1a/get/x-added/deep")
    assert str(deep) == "fix.yaml:8:17"
    assert deep.pointer == "/actions/0/update/x-added/deep"


def test_the_original_is_not_changed() -> None:
    spec = document(SPEC)
    overlay = document("overlay: 1.0.0\nactions: [{target: $.paths.*.get, remove: true}]\n")
    diagnostics = Diagnostics()
    changed = apply(spec, overlay, diagnostics)
    assert changed.root.value["paths"] == {"/a": {}, "/b": {}}
    assert spec.root.value["paths"]["/a"]["get"]["summary"] == "old"


def test_actions_follow_each_other() -> None:
    changed, messages = overlaid("""
        - {target: "$.paths['/b']", remove: true}
        - {target: $.paths.*.get, update: {summary: all}}
        - {target: "$.paths['/c']", update: {get: {}}}
        - {target: $.paths, update: {/c: {}}}
        - {target: "$.paths['/c']", update: {get: {summary: late}}}
        """)
    assert [message.splitlines()[0] for message in messages] == [
        "fix.yaml:7:6: warning: the target \"$.paths['/c']\" matches nothing [overlay-no-match]"
    ]
    paths = changed.root.value["paths"]
    assert list(paths) == ["/a", "/c"]
    assert paths["/a"]["get"]["summary"] == "all"
    assert paths["/c"] == {"get": {"summary": "late"}}


def test_removing_items_of_a_list_hits_the_right_ones() -> None:
    changed, _ = overlaid(
        "- {target: '$.list[?@.drop == true]', remove: true}\n",
        "list: [{n: 1, drop: true}, {n: 2}, {n: 3, drop: true}, {n: 4}]\n",
    )
    assert changed.root.value["list"] == [{"n": 2}, {"n": 4}]
    assert changed.location("/list/1/n").column > changed.location("/list/0/n").column


def test_a_shared_anchor_is_changed_in_one_place_only() -> None:
    changed, _ = overlaid("- {target: $.a, update: {x: 2}}\n", "base: &b {x: 1}\na: *b\nb: *b\n")
    assert changed.root.value == {"base": {"x": 1}, "a": {"x": 2}, "b": {"x": 1}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("actions: []\n", "1:1: error: this is not an OpenAPI Overlay 1.0 document"),
        ("overlay: 2.0.0\nactions: []\n", "1:1: error: this is not an OpenAPI Overlay 1.0"),
        ("overlay: 1.0.0\n", "1:1: error: the overlay has no list of actions"),
        ("overlay: 1.0.0\nactions: [{remove: true}]\n", "2:11: error: the action has no target"),
        ("overlay: 1.0.0\nactions: [{target: '$[', remove: true}]\n", "2:12: error: the target"),
        ("overlay: 1.0.0\nactions: [{target: $.paths}]\n", "2:11: error: the action has neither"),
        ("overlay: 1.0.0\nactions: [{target: $, remove: true}]\n", "2:12: error: the whole"),
    ],
)
def test_faults_of_the_overlay_have_a_place(text: str, message: str) -> None:
    diagnostics = Diagnostics()
    apply(document(SPEC), document(text, "fix.yaml"), diagnostics)
    assert next(str(item) for item in diagnostics).startswith(f"fix.yaml:{message}")


def test_overlays_find_their_document(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("openapi: 3.1.0\ntitle: x\n")
    folder = tmp_path / "overlays"
    folder.mkdir()
    action = "actions: [{target: $, update: {title: changed}}]\n"
    (folder / "one.reviewed.yaml").write_text(f"overlay: 1.0.0\n{action}")
    (folder / "any.yaml").write_text(f"overlay: 1.0.0\nextends: ../two.yaml\n{action}")
    (folder / "three.yaml").write_text(f"overlay: 1.0.0\n{action}")
    diagnostics = Diagnostics()
    documents = load_all(
        sorted(tmp_path.glob("*.yaml")), sorted(folder.glob("*.yaml")), diagnostics
    )
    assert [item.root.value["title"] for item in documents] == ["changed", "changed"]
    assert [item.code for item in diagnostics] == ["overlay-without-document"]
