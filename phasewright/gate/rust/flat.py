"""Write a Rust source on as few lines as it can be written on: the same program, at other lines."""

from collections.abc import Iterator

from tree_sitter import Node

from phasewright.gate.rust.syntax import parse
from phasewright.gate.rust.words import LITERALS

_DOCS = (b"///", b"//!", b"/**", b"/*!")


def flat(source: bytes) -> bytes:
    """Return *source* without the line breaks and comments that mean nothing; documentation may mean something.

    >>> flat(b"// One.\\nfn one() -> u8 {\\n    1 // yes\\n}\\n")
    b'  fn one() -> u8 { 1   } '
    """
    parts: list[bytes] = []
    at = 0
    for node in _leaves(parse(source)):
        gap, text = source[at : node.start_byte], node.text or b""
        parts.append(b" " if gap and not gap.strip() else gap)
        parts.append(_comment(text) if "comment" in node.type else text)
        at = node.end_byte
    rest = source[at:]
    return b"".join((*parts, b" " if rest and not rest.strip() else rest))


def _comment(text: bytes) -> bytes:
    if not text.startswith(_DOCS):
        return b" "
    return text.rstrip(b"\r\n") + b"\n" if text.startswith(b"//") else text


def _leaves(root: Node) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        if not node.children or node.type in LITERALS or "comment" in node.type or node.type == "shebang":
            yield node
        else:
            stack.extend(reversed(node.children))
