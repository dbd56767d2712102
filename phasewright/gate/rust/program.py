"""Rewrite Rust source so that its tests are functions of a plain program. Text in, text out.

Code can know that it is tested: by `cfg(test)`, its thread's name, its executable's path, its caller's line. In a
program of its own none of that is so, and what a user would see is what the test sees.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from tree_sitter import Node

from phasewright.gate.rust.scan import parse, squeezed
from phasewright.gate.rust.words import text_of

_PLACE_MATTERS = re.compile(
    rb"\b(module_path|file|line|column|option_env|env)!|type_name|insta|snapshot|current_exe|\bargs(_os)?\(|trybuild"
    rb"|thread::current|Backtrace|backtrace|caller|\bstd(out|err|in)\b"
)
"""In a test: it may honestly answer otherwise under another name or place."""
_TWINS = re.compile(rb"\bnot\s*\(\s*test\b|\bcfg!\s*\(\s*test\b")
_BESIDE_A_TEST = re.compile(r"#\[(allow|expect|doc|inline|must_use)\b")
_GATE = "#[cfg(test)]"
_LINES_DOWN = 1000
_MODULE = """
#[doc(hidden)]
#[allow(warnings, missing_docs, clippy::all, clippy::pedantic, clippy::restriction, clippy::nursery, clippy::cargo)]
pub mod phasewright_program {{
    extern crate std;
    pub fn call(number: usize) -> std::process::ExitCode {{
        #[allow(unused_imports)]
        use std::process::Termination;
        match number {{
{arms}            _ => std::process::ExitCode::FAILURE,
        }}
    }}
}}
"""
_MAIN = """
#[allow(warnings, missing_docs, clippy::all, clippy::pedantic, clippy::restriction, clippy::nursery, clippy::cargo)]
fn main() {{
    let one = ::std::env::args().nth(1).and_then(|word| word.parse::<usize>().ok());
    let numbers: ::std::vec::Vec<usize> = match one {{
        Some(number) => ::std::vec![number],
        None => (0..{count}).collect(),
    }};
    for number in numbers {{
        let code = ::std::panic::catch_unwind(|| {call}(number));
        let good = ::std::format!("{{:?}}", ::std::process::ExitCode::SUCCESS);
        let word = if code.is_ok_and(|code| ::std::format!("{{code:?}}") == good) {{ "ok" }} else {{ "failed" }};
        ::std::println!("\\n{mark} {{number}} {{word}}");
    }}
}}
"""


class _Edit(NamedTuple):
    start: int
    end: int
    text: bytes


def knows_tests(source: bytes) -> bool:
    """Return True where code is another one in tests on purpose: then a program proves nothing about it."""
    return _TWINS.search(source) is not None


def freed(
    source: bytes, tests: Collection[str], modules: Collection[str], *, is_test_code: bool
) -> tuple[bytes, frozenset[str]]:
    """Return *source* with *tests* as plain functions that the crate can reach, and those that are.

    Lines move far down: an answer by the line of the caller may be another one.

    Args:
        tests: paths of tests, as libtest has them; those that end with a path in this file are meant.
        modules: names of modules that lead to tests.
        is_test_code: True where the whole file is.
    """
    root = parse(source)
    if root.has_error:
        return source, frozenset()
    found: set[str] = set()
    wanted = frozenset() if is_test_code and _PLACE_MATTERS.search(source) else frozenset(tests)
    edits = sorted(_edits(root, (), wanted, frozenset(modules), found), reverse=True)
    for start, end, text in edits:
        source = source[:start] + text + source[end:]
    return b"\n" * _LINES_DOWN + source, frozenset(found)


def with_calls(source: bytes, paths: Sequence[str]) -> bytes:
    """Return the root of a crate with a module whose `call(n)` runs the n-th of *paths*."""
    arms = "".join(f"            {n} => crate::{path}().report(),\n" for n, path in enumerate(paths))
    return source + _MODULE.format(arms=arms).encode()


def main_function(call: str, count: int, mark: str) -> bytes:
    """Return a `main` that runs all, or the one that it is told, and says behind *mark* what became of it."""
    return _MAIN.format(call=call, count=count, mark=mark).encode()


def without_main(source: bytes) -> bytes:
    """Return the root of a program with its `main` under another name."""
    for node in parse(source).children:
        name = node.child_by_field_name("name") if node.type == "function_item" else None
        if name is not None and text_of(name) == "main":
            return source[: name.start_byte] + b"phasewright_main" + source[name.end_byte :]
    return source


def _edits(
    node: Node, at: tuple[str, ...], wanted: frozenset[str], modules: frozenset[str], found: set[str]
) -> Iterator[_Edit]:
    attributes: list[Node] = []
    for child in node.children:
        if child.type == "attribute_item":
            attributes.append(child)
            continue
        if "comment" in child.type:
            continue
        name = text_of(child.child_by_field_name("name"))
        if child.type == "mod_item":
            yield from _module_edits(child, name, attributes, modules)
            body = child.child_by_field_name("body")
            if body is not None:
                is_odd = _is_for_tests(attributes) and _PLACE_MATTERS.search(body.text or b"")
                yield from _edits(body, (*at, name), frozenset() if is_odd else wanted, modules, found)
        elif child.type == "function_item":
            path = "::".join((*at, name))
            meant = [test for test in wanted if test == path or test.endswith(f"::{path}")]
            if len(meant) == 1 and _is_plain_test(child, attributes) and not _PLACE_MATTERS.search(child.text or b""):
                found.add(meant[0])
                yield from (_gone(one) for one in attributes if squeezed(one) == "#[test]")
                yield from _opened(child)
        attributes = []


def _module_edits(module: Node, name: str, attributes: list[Node], modules: frozenset[str]) -> Iterator[_Edit]:
    if name in modules:
        yield from (_gone(one) for one in attributes if squeezed(one) == _GATE)
        yield from _opened(module)


def _is_for_tests(attributes: list[Node]) -> bool:
    return any(squeezed(one) == _GATE for one in attributes)


def _is_plain_test(function: Node, attributes: list[Node]) -> bool:
    texts = [squeezed(one) for one in attributes]
    others = [text for text in texts if text != "#[test]" and not _BESIDE_A_TEST.match(text)]
    has_words = any(child.type == "function_modifiers" for child in function.children)
    return texts.count("#[test]") == 1 and not others and not has_words


def _gone(node: Node) -> _Edit:
    return _Edit(node.start_byte, node.end_byte, b"")


def _opened(node: Node) -> Iterator[_Edit]:
    if not any(child.type == "visibility_modifier" for child in node.children):
        yield _Edit(node.start_byte, node.start_byte, b"pub(crate) ")
