"""Read one Rust file into facts."""

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from tree_sitter import Node

from phasewright.gate.rust import rules
from phasewright.gate.rust.assertions import bindings_of, cannot_fail, expects_panic, is_circular
from phasewright.gate.rust.attributes import exported_symbol, is_harmless, item_after
from phasewright.gate.rust.facts import RustFacts, RustFunction, RustTest
from phasewright.gate.rust.macros import MacroCall, macro_calls
from phasewright.gate.rust.symbols import is_free
from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import squeezed, text_of, words_of

_ITEMS_WITH_BODY = ("mod_item", "impl_item", "trait_item")
_TYPES = ("struct_item", "enum_item", "trait_item", "type_item", "union_item")


class _Place(NamedTuple):
    path: tuple[str, ...] = ()
    cfg: tuple[str, ...] = ()
    in_trait: bool = False
    in_test: bool = False


def scan_rust(source: bytes, *, is_test_file: bool = False) -> RustFacts:
    """Return what *source* holds.

    Args:
        is_test_file: True for a file of an integration test, where every function is test code.
    """
    return _scanned(source, is_test_file)


@lru_cache(maxsize=256)
def _scanned(source: bytes, is_test_file: bool) -> RustFacts:
    scanner = _Scanner()
    root = parse(source)
    scanner.facts.is_broken = root.has_error
    scanner.walk(root, _Place(in_test=is_test_file))
    scanner.facts.tokens = words_of(root)
    return scanner.facts


class _Scanner:
    def __init__(self) -> None:
        self.facts = RustFacts()

    def walk(self, node: Node, at: _Place) -> None:
        """Note every item below *node*, each with the attributes that stand before it."""
        attributes: list[str] = []
        for child in node.children:
            if "comment" in child.type:
                continue
            if child.type in ("attribute_item", "inner_attribute_item"):
                text = squeezed(child)
                self._attribute(text, at, child)
                if child.type == "attribute_item":
                    attributes.append(text)
                continue
            if child.is_named:
                self._item(child, at, attributes)
                attributes = []

    def _item(self, node: Node, at: _Place, attributes: list[str]) -> None:
        name = text_of(node.child_by_field_name("name"))
        gates = ("#[cfg(", "#[cfg_attr(")
        cfg = at.cfg + tuple(a for a in attributes if a.startswith(gates) or _may_rewrite(node, a))
        in_test = at.in_test or any(rules.TEST_GATE.match(a) for a in attributes)
        if node.type in _TYPES and name:
            self.facts.types.add(name)
        if node.type in ("function_item", "function_signature_item"):
            self._function(node, _Place((*at.path, name), cfg, at.in_trait, in_test), attributes)
        elif node.type in _ITEMS_WITH_BODY:
            for place in (m[1] for a in attributes if (m := re.match(r'#\[path="([^"]+)"', a))):
                self.facts.module_files[place.rpartition("/")[2]] = cfg
            self._container(node, name, at, cfg, in_test)
        elif node.type == "macro_definition":
            self._macro_definition(node, name, at._replace(in_test=in_test))
        elif node.type == "use_declaration":
            self._use(node, at._replace(in_test=in_test))
        elif node.type in ("macro_invocation", "expression_statement", "const_item", "static_item"):
            self._other(node, name, at, in_test)
        else:
            self.walk(node, at._replace(cfg=cfg, in_test=in_test))

    def _container(self, node: Node, name: str, at: _Place, cfg: tuple[str, ...], in_test: bool) -> None:
        body = node.child_by_field_name("body")
        trait = node.child_by_field_name("trait")
        if not name:
            name = squeezed(trait) + (" for " if trait else "") + squeezed(node.child_by_field_name("type"))
        if node.type == "mod_item" and body is None:
            where = "::".join((*at.path, name))
            self.facts.modules[where if where not in self.facts.modules else f"{where} (2)"] = tuple(sorted(cfg))
            self.facts.lines[("mod", "::".join((*at.path, name)))] = node.start_point[0] + 1
        if body is None:
            return
        in_trait = node.type == "trait_item" or trait is not None
        self.walk(body, _Place((*at.path, name), cfg, in_trait, in_test))

    def _function(self, node: Node, at: _Place, attributes: list[str]) -> None:
        body = node.child_by_field_name("body")
        where, line = "::".join(at.path), node.start_point[0] + 1
        calls = macro_calls(body) if body is not None else []
        asserts = Counter(call.text for call in calls if rules.ASSERTS.search(call.name))
        raw, bindings = text_of(body), bindings_of(body)
        if any(rules.TEST_ATTRIBUTE.match(attribute) for attribute in attributes):
            self.facts.tests[where] = RustTest(
                body=squeezed(body),
                line=line,
                cfg=tuple(sorted(at.cfg)),
                is_ignored=any(re.match(r"#\[ignore", a) for a in attributes),
                should_panic=tuple(sorted(a for a in attributes if "should_panic" in a)),
                asserts=asserts,
                trivial=tuple(call.text for call in calls if cannot_fail(call)),
                circular=tuple(call.text for call in calls if is_circular(call, bindings)),
                attributes=tuple(sorted(a for a in attributes if not rules.PLAIN_ATTRIBUTE.match(a))),
                checks=bool(asserts) or _can_fail(raw, squeezed(body), attributes),
                bounds=frozenset() if asserts else _bounds(squeezed(body)),
                calls=frozenset(re.findall(r"\b([a-z_]\w*)(?:::<[^;()]*>)?!?\(", squeezed(body))),
            )
        else:
            self._plain_function(node, body, at, asserts)
        self._calls(calls, where)
        self._hatches(raw, where, node)
        if body is not None:
            self._inner_items(body, at)

    def _plain_function(self, node: Node, body: Node | None, at: _Place, asserts: Counter[str]) -> None:
        head = text_of(node)[: (body.start_byte - node.start_byte) if body else None]
        self.facts.functions["::".join(at.path)] = RustFunction(
            body=squeezed(body),
            line=node.start_point[0] + 1,
            returns=squeezed(node.child_by_field_name("return_type")),
            parameters=squeezed(node.child_by_field_name("parameters")),
            cfg=tuple(sorted(at.cfg)),
            in_trait=at.in_trait,
            in_test=at.in_test,
            asserts=asserts,
            body_range=(body.start_byte, body.end_byte) if body else (0, 0),
            can_be_hollow=body is not None and at.path[-1] != "main",
            is_const=re.search(r"\bconst\s+(unsafe\s+)?fn\b", head) is not None,
        )

    def _inner_items(self, body: Node, at: _Place) -> None:
        """Note the functions inside functions, and attributes on statements."""
        for child in body.children:
            if child.type in ("attribute_item", "inner_attribute_item"):
                self._attribute(squeezed(child), at, child)
            elif child.type == "macro_definition":
                self._macro_definition(child, text_of(child.child_by_field_name("name")), at)
            elif child.type == "use_declaration":
                self._use(child, at)

    def _other(self, node: Node, name: str, at: _Place, in_test: bool) -> None:
        """Note a macro call, a constant or a static: in test code they are what tests are made of."""
        where = "::".join(at.path)
        if in_test:
            key = "::".join((*at.path, name or f"{text_of(node).partition('!')[0].strip()}! {{…}}"))
            self._helper(key, node, at, self.facts.functions[key].body if key in self.facts.functions else "")
        self._calls(macro_calls(node), where)
        self._hatches(text_of(node), where, node)

    def _helper(self, key: str, node: Node, at: _Place, before: str = "", *, is_of_code: bool = False) -> None:
        self.facts.functions[key] = RustFunction(
            body=before + squeezed(node) + rules.NEXT,
            line=node.start_point[0] + 1,
            returns="",
            parameters="",
            cfg=at.cfg,
            in_trait=True,
            in_test=True,
            asserts=Counter(),
            body_range=(0, 0),
            can_be_hollow=False,
            is_of_code=is_of_code,
        )

    def _macro_definition(self, node: Node, name: str, at: _Place) -> None:
        where = "::".join((*at.path, f"{name}!"))
        if rules.DIVERGES.search(squeezed(node)):
            self.facts.diverging.add(name)
        if name in rules.SHADOWED:
            self._note(self.facts.hatches, (where, f"macro_rules! {name}"), node)
        if at.in_test or rules.ASSERTS.match(name):
            self._helper(where, node, at, is_of_code=not at.in_test)
        self._hatches(text_of(node), where, node)

    def _use(self, node: Node, at: _Place) -> None:
        text = squeezed(node)
        if at.in_test:
            self.facts.test_uses.add(text)
        for name in rules.SHADOWED:
            renamed = re.search(rf"\bas {name}\b", text)
            local = re.search(rf"\buse (crate|super|self)::.*[:{{,]{name}[,;}}]", text)
            if renamed or (local and name not in rules.FUNCTIONS_TOO):
                self._note(self.facts.hatches, ("::".join(at.path), text), node)

    def _attribute(self, text: str, at: _Place, node: Node) -> None:
        item = item_after(node)
        if (rules.WATCHED.match(text) or rules.NEVER.search(text)) and not is_harmless(text, item):
            self._note(self.facts.attributes, text, node)
        if rules.NO_MANGLE.search(text):
            symbol = exported_symbol(text, item)
            if not is_free(symbol):
                self._note(self.facts.hatches, ("::".join(at.path), f"{text} {symbol}"), node)
        elif rules.HATCH_ATTRIBUTE.search(text):
            self._note(self.facts.hatches, ("::".join(at.path), text), node)

    def _calls(self, calls: list[MacroCall], where: str) -> None:
        for call in calls:
            last = call.name.split("::")[-1]
            if last in rules.STUBS or (last == "panic" and rules.NOT_IMPLEMENTED.search(call.arguments)):
                self.facts.stubs[(where, last)] += 1
                self.facts.lines[(where, last)] = call.line

    def _hatches(self, raw: str, where: str, node: Node) -> None:
        for hit in rules.HATCH.finditer(_code(raw)):
            if hit.group() == "catch_unwind" and expects_panic(_code(raw), hit.end()):
                continue
            self._note(self.facts.hatches, (where, re.sub(r"\s+", "", hit.group())), node)

    def _note(self, counter: "Counter[str] | Counter[tuple[str, str]]", key: object, node: Node) -> None:
        counter[key] += 1  # type: ignore[index]
        self.facts.lines.setdefault(key, node.start_point[0] + 1)


def _may_rewrite(node: Node, attribute: str) -> bool:
    """Return True for an attribute on a module that may be a macro: it can do anything to the tests inside."""
    return node.type == "mod_item" and not rules.PLAIN_ATTRIBUTE.match(attribute) and "test" not in attribute


def _bounds(body: str) -> frozenset[str]:
    """Return the traits that a test without an assertion has the compiler ask for."""
    asked = rules.STATIC_CHECK.search(body)
    return frozenset(re.findall(r"\b[A-Z]\w*", asked["bounds"])) if asked else frozenset()


def _can_fail(raw: str, body: str, attributes: list[str]) -> bool:
    judged = any(rules.JUDGES_VALUE.match(one) for one in attributes)
    return judged or bool(rules.CAN_FAIL.search(_code(raw)) or rules.STATIC_CHECK.search(body))


def _code(raw: str) -> str:
    """Return source without what stands in strings and comments."""
    return re.sub(r'"(\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', '""', raw, flags=re.DOTALL)
