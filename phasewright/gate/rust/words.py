"""The words of a syntax tree: code without white space and comments, literals left as they are."""

from tree_sitter import Node

TEXTS = ("string_literal", "raw_string_literal")
LITERALS = (*TEXTS, "char_literal")


def text_of(node: Node | None) -> str:
    """Return a node's source text; empty for none."""
    return node.text.decode("utf-8", "replace") if node is not None and node.text else ""


def words_of(node: Node, *, docs: bool = False) -> str:
    """Return the words below *node*, run together; with *docs*, documentation comments too."""
    words: list[str] = []
    stack = [node]
    while stack:
        one = stack.pop()
        if "comment" in one.type:
            if docs and text_of(one).startswith(("///", "//!", "/**", "/*!")):
                words.append(text_of(one).strip())
            continue
        if one.child_count == 0 or one.type in LITERALS:
            text = text_of(one)
            words.append(text if "literal" in one.type else "".join(text.split()))
            continue
        stack.extend(reversed(one.children))
    # Two words side by side must not run together: `in x` is not `inx`.
    out = ""
    for word in words:
        out += (" " if out and out[-1:].isalnum() and word[:1].isalnum() else "") + word
    return out


def squeezed(node: Node | None) -> str:
    """Return a node's code without white space and comments."""
    return "" if node is None else words_of(node)
