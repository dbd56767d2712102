"""One build for tests and lints: clippy is rustc with more lints, so what it compiles can be run as well.

Half of a gate's work is saved, and more where only the tests' build is linted: it holds the library's code too. It is
only done where no source can tell the two compilers apart.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import tree_sitter_rust
from tree_sitter import Language, Node, Parser

from phasewright.cargo.bench import CargoBench, Compiler
from phasewright.cargo.build import TestBuild
from phasewright.cargo.messages import is_lint, read_messages
from phasewright.toolchain.bench import JSON_BYTES

_NAMED = re.compile(rb"\bclippy\b(?!\s*::)|RUSTC_WORKSPACE_WRAPPER|\bCLIPPY_")
"""The tool's name, where no lint of it is meant (`cfg(clippy)`, whatever writes it), and how a build is told of it."""
_WORTH_READING = re.compile(_NAMED.pattern + rb"|\binclude\b|\bpath\s*=|\[\s*<")

_WITHOUT_TESTS = re.compile(rb"\bnot\s*\(\s*test\b|cfg!\s*\(\s*test\b|^\s*(test|harness)\s*=\s*false", re.MULTILINE)


async def build_linted(bench: CargoBench, what: Sequence[str], *, deadline_seconds: float) -> TestBuild:
    """Build all targets of a bench that compiles with clippy; nothing is recorded yet.

    Where it fails, the messages are what rustc itself says of broken code: none where only a lint was in the way.

    Args:
        what: packages and targets, as `what_to_build` words them.
    """
    argv = [bench.toolchain.program("cargo"), "build", *what, *bench.locked, "--message-format=json"]
    done = await bench.execute(argv, deadline_seconds=deadline_seconds, split=True, keep_bytes=JSON_BYTES)
    output = read_messages(done.text)
    if done.exit_code == 0 and output.succeeded:
        return TestBuild(succeeded=True, output=output)
    broken = tuple(message for message in output.errors() if message.path is not None and not is_lint(message))
    log = done.stderr.decode("utf-8", "replace")[-4000:]
    return TestBuild(succeeded=False, output=output.model_copy(update={"messages": broken}), log=log)


def compiler_for(checkout: Path) -> Compiler:
    """Return who may compile what is tested: rustc where code or configuration may be another one under clippy.

    In doubt too. Programs of the repository that write code, build scripts and procedural macros, may ask who compiles
    it. Where a library is another one without its tests, or has none, clippy compiles both.
    """
    compiler = Compiler.CLIPPY_FOR_TESTS
    for path in checkout.rglob("*"):
        is_configuration = path.suffix == ".toml" or path.parent.name == ".cargo"
        if path.suffix != ".rs" and not is_configuration:
            continue
        try:
            source = path.read_bytes()
        except OSError:
            continue
        if path.name == "build.rs" or (_configures(source) if is_configuration else _tells_apart(source)):
            return Compiler.RUSTC
        if _WITHOUT_TESTS.search(source) is not None:
            compiler = Compiler.CLIPPY
    return compiler


def _configures(source: bytes) -> bool:
    """Return True where a manifest or a configuration names the compiler, or a program that writes code."""
    try:
        table = tomllib.loads(source.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return True
    library, package = table.get("lib"), table.get("package")
    library, package = (one if isinstance(one, dict) else {} for one in (library, package))
    is_macro = any("proc-macro" in str(library.get(key)) for key in ("crate-type", "crate_type"))
    is_macro = is_macro or any(library.get(key) for key in ("proc-macro", "proc_macro"))
    return bool(is_macro or isinstance(package.get("build"), str) or re.search(rb"cfg\b[^\n]*\bclippy\b", source))


def _tells_apart(source: bytes) -> bool:
    """Return True where code, not a comment, names clippy and no lint of it, or where not all code can be read here."""
    if not _WORTH_READING.search(source):
        return False
    root = Parser(Language(tree_sitter_rust.language())).parse(source).root_node
    words = [node.text or b"" for node in _leaves(root)]
    return any(_is_telling(words[at : at + 5]) for at in range(len(words)))


def _is_telling(words: Sequence[bytes]) -> bool:
    """Return True where the first of some *words* in a row may tell.

    Code that is no file of Rust is not read, and a macro may put a name together (`[<clip py>]`).
    """
    word, following = words[0], b"".join(words[1:])
    if _NAMED.search(word):
        return not (word == b"clippy" and following.startswith(b"::"))
    if word == b"include":
        return re.match(rb"![({\[]\"[^\"]*\.rs$", following) is None
    if word == b"path" and following.startswith(b"="):
        return re.match(rb"=(r#*\"|\$|\"(?!.*\.rs\"?))", following) is not None
    return word == b"[" and following.startswith(b"<")


def _leaves(node: Node) -> Iterator[Node]:
    if "comment" in node.type:
        return
    if not node.children or node.type == "raw_string_literal":
        yield node
        return
    for child in node.children:
        yield from _leaves(child)
