"""One build for tests and lints: clippy is rustc with more lints, so what it compiles can be run as well.

Half of a gate's work is saved. It is only done where no source can tell the two compilers apart.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import tree_sitter_rust
from tree_sitter import Language, Node, Parser

from phasewright.cargo.bench import CargoBench
from phasewright.cargo.build import TestBuild
from phasewright.cargo.messages import is_lint, read_messages
from phasewright.toolchain.bench import JSON_BYTES

_NAMED = re.compile(rb"\bclippy\b(?!\s*::)|RUSTC_WORKSPACE_WRAPPER|\bCLIPPY_")
"""The tool's name, where no lint of it is meant (`cfg(clippy)`, whatever writes it), and how a build is told of it."""
_CONFIGURED = re.compile(rb"cfg\b[^\n]*\bclippy\b")


async def build_linted(bench: CargoBench, what: Sequence[str], *, deadline_seconds: float) -> TestBuild | None:
    """Build all targets with clippy as their compiler, and leave *bench* set for it; nothing is recorded yet.

    Returns None, and the bench as it was, where a source asks which compiler works, and where the build fails by
    nothing but lints: only what rustc itself says of broken code counts, and rustc must be asked.

    Args:
        what: packages and targets, as `what_to_build` words them.
    """
    if tells_compilers_apart(bench.checkout):
        return None
    bench.compiles_with_clippy = True
    argv = [bench.toolchain.program("cargo"), "build", *what, *bench.locked, "--message-format=json"]
    done = await bench.execute(argv, deadline_seconds=deadline_seconds, split=True, keep_bytes=JSON_BYTES)
    output = read_messages(done.text)
    if done.exit_code == 0 and output.succeeded:
        return TestBuild(succeeded=True, output=output)
    bench.compiles_with_clippy = False
    broken = [message for message in output.errors() if message.path is not None and not is_lint(message)]
    if not broken:
        return None
    log = done.stderr.decode("utf-8", "replace")[-4000:]
    return TestBuild(succeeded=False, output=output.model_copy(update={"messages": tuple(broken)}), log=log)


def tells_compilers_apart(checkout: Path) -> bool:
    """Return True where code or configuration may be another one under clippy; in doubt too."""
    for path in checkout.rglob("*"):
        is_rust = path.suffix == ".rs"
        if not is_rust and path.suffix != ".toml" and path.parent.name != ".cargo":
            continue
        try:
            source = path.read_bytes()
        except OSError:
            continue
        if (_NAMED.search(source) and _names_clippy(source)) if is_rust else _CONFIGURED.search(source):
            return True
    return False


def _names_clippy(source: bytes) -> bool:
    """Return True where code, not a comment, names clippy and no lint of it."""
    root = Parser(Language(tree_sitter_rust.language())).parse(source).root_node
    words = [node.text or b"" for node in _leaves(root)]
    return any(
        _NAMED.search(word) and not (word == b"clippy" and following == b"::")
        for word, following in zip(words, [*words[1:], b""], strict=True)
    )


def _leaves(node: Node) -> Iterator[Node]:
    if "comment" in node.type:
        return
    if not node.children:
        yield node
    for child in node.children:
        yield from _leaves(child)
