"""Rewrite Rust source so that its tests are functions of a plain program. Text in, text out.

Code can know that it is tested: by `cfg(test)`, its thread's name, its executable's path, its caller's line. In a
program of its own none of that is so, and what a user would see is what the test sees.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from tree_sitter import Node

from phasewright.gate.rust.altered import with_other_expectations
from phasewright.gate.rust.edits import edited
from phasewright.gate.rust.flat import flat
from phasewright.gate.rust.own_folder import with_own_folder
from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.waiting import blocking_attribute
from phasewright.gate.rust.words import squeezed, text_of

_PLACE_MATTERS = re.compile(
    rb"\b(module_path|file|line|column|option_env|env)!|\btype_name|\binsta\b|\bassert_\w*snapshot|\bcurrent_exe\b"
    rb"|\bargs(_os)?\(|\btrybuild\b|thread::current|\b[Bb]acktrace\b|\bcaller\(|\bstd(out|err|in)\b"
)
"""In a test: it may honestly answer otherwise under another name or place."""
_TWINS = re.compile(rb"\bnot\s*\(\s*test\b|\bcfg!\s*\(\s*test\b")
_OF_THE_CRATE = re.compile(rb"#!\[cfg_attr\(\s*not\s*\(\s*test\s*\)\s*,\s*(no_std|no_main|deny|warn|forbid)\b[^\]]*\]")
"""What it needs or is warned of, not what it does."""
_BESIDE_A_TEST = re.compile(r"#\[(allow|expect|doc|inline|must_use)\b")
_GATE = "#[cfg(test)]"
_LINES_DOWN = 1000
BELOW = "_phasewright_below"
"""Ends the name of a test's copy far down in the file."""
ALTERED = "_phasewright_altered"
"""Ends the name of a test's copy that expects something else."""
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
    return _TWINS.search(_OF_THE_CRATE.sub(b"", source)) is not None


class Freed(NamedTuple):
    """A source whose tests are plain functions, and which are: paths as libtest has them."""

    source: bytes
    tests: frozenset[str]
    altered: frozenset[str]
    """Those of which there is a copy that expects something else."""
    waiting: frozenset[str]
    """Those that a runtime runs."""


def freed(
    source: bytes, tests: Collection[str], modules: Collection[str], *, is_test_code: bool, waiting: bool = True
) -> Freed:
    """Return *source* with *tests* as plain functions that the crate can reach.

    Each stands there twice, at the file's top and far down: an answer by the line of the caller may be another one.

    Args:
        tests: paths of tests, as libtest has them; those that end with a path in this file are meant.
        modules: names of modules that lead to tests.
        is_test_code: True where the whole file is.
        waiting: False where tests that a runtime runs are left alone.
    """
    if parse(source).has_error:
        return Freed(source, frozenset(), frozenset(), frozenset())
    source = flat(source)
    wanted = frozenset() if is_test_code and _PLACE_MATTERS.search(source) else frozenset(tests)
    source = with_own_folder(source, is_test_code=is_test_code)
    maker = _Maker(wanted, modules, waiting=waiting)
    source = edited(source, maker.edits(parse(source)))
    return Freed(source, frozenset(maker.found), frozenset(maker.altered), frozenset(maker.waiting))


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


class _Maker:
    """Makes the edits of one file, and notes which tests they free."""

    def __init__(self, wanted: frozenset[str], modules: Collection[str], *, waiting: bool) -> None:
        self.found: set[str] = set()
        self.altered: set[str] = set()
        self.waiting: set[str] = set()
        self._wanted = wanted
        self._modules = modules
        self._with_waiting = waiting

    def edits(self, node: Node, at: tuple[str, ...] = (), *, is_odd: bool = False) -> Iterator[_Edit]:
        """Yield the edits of one block; *is_odd* where its place matters, so that no test of it is freed."""
        attributes: list[Node] = []
        copies: list[bytes] = []
        for child in node.children:
            if child.type == "attribute_item":
                attributes.append(child)
                continue
            if "comment" in child.type:
                continue
            name = text_of(child.child_by_field_name("name"))
            body = child.child_by_field_name("body")
            if child.type == "mod_item":
                yield from _module_edits(child, name, attributes, self._modules)
                if body is not None:
                    odd = _is_for_tests(attributes) and _PLACE_MATTERS.search(body.text or b"") is not None
                    yield from self.edits(body, (*at, name), is_odd=is_odd or odd)
            elif child.type == "function_item" and not is_odd:
                test = self._meant("::".join((*at, name)), child, attributes)
                if test is not None:
                    yield from (_called(one) for one in attributes if _makes_a_test(squeezed(one)))
                    yield from _opened(child)
                    copies += self._copies(test, child, attributes)
            attributes = []
        if copies:
            end = node.children[-1].start_byte if node.type == "declaration_list" else node.end_byte
            yield _Edit(end, end, b"\n" * _LINES_DOWN + b"".join(copies))

    def _meant(self, path: str, function: Node, attributes: list[Node]) -> str | None:
        """Return the test that a function is, where it can be freed."""
        meant = [test for test in self._wanted if test == path or test.endswith(f"::{path}")]
        is_plain = _is_plain_test(function, attributes) and not _PLACE_MATTERS.search(function.text or b"")
        is_meant = len(meant) == 1 and is_plain and (self._with_waiting or not _runtime(attributes))
        return meant[0] if is_meant else None

    def _copies(self, test: str, function: Node, attributes: list[Node]) -> Iterator[bytes]:
        runtime = _runtime(attributes)
        self.found.add(test)
        if runtime:
            self.waiting.add(test)
        yield _copy(function, function.text or b"", BELOW, runtime)
        other = with_other_expectations(function.text or b"")
        if other is not None:
            self.altered.add(test)
            yield _copy(function, other, ALTERED, runtime)


def _copy(function: Node, text: bytes, suffix: str, runtime: str) -> bytes:
    """Return *text*, the same function or nearly, under another name."""
    name = function.child_by_field_name("name")
    after = text[name.end_byte - function.start_byte :] if name is not None else b""
    words = f"{runtime} pub(crate) async" if runtime else "pub(crate)"
    return f"#[allow(warnings)] {words} fn {text_of(name)}{suffix}".encode() + after + b"\n"


def _runtime(attributes: list[Node]) -> str:
    """Return the attribute that runs an `async` test as a plain function; empty for a plain test."""
    return next((made for one in attributes if (made := blocking_attribute(squeezed(one)))), "")


def _module_edits(module: Node, name: str, attributes: list[Node], modules: Collection[str]) -> Iterator[_Edit]:
    if name in modules:
        yield from (_gone(one) for one in attributes if squeezed(one) == _GATE)
        yield from _opened(module)


def _is_for_tests(attributes: list[Node]) -> bool:
    return any(squeezed(one) == _GATE for one in attributes)


def _is_plain_test(function: Node, attributes: list[Node]) -> bool:
    texts = [squeezed(one) for one in attributes]
    makers = [text for text in texts if _makes_a_test(text)]
    others = [text for text in texts if text not in makers and not _BESIDE_A_TEST.match(text)]
    words = [squeezed(child) for child in function.children if child.type == "function_modifiers"]
    return len(makers) == 1 and not others and words == (["async"] if _runtime(attributes) else [])


def _makes_a_test(attribute: str) -> bool:
    return attribute == "#[test]" or blocking_attribute(attribute) is not None


def _called(attribute: Node) -> _Edit:
    """Return the edit of what made a test of a function, so that the function can be called."""
    made = blocking_attribute(squeezed(attribute)) or ""
    return _Edit(attribute.start_byte, attribute.end_byte, made.encode())


def _gone(node: Node) -> _Edit:
    return _Edit(node.start_byte, node.end_byte, b"")


def _opened(node: Node) -> Iterator[_Edit]:
    if not any(child.type == "visibility_modifier" for child in node.children):
        yield _Edit(node.start_byte, node.start_byte, b"pub(crate) ")
