"""Text within limits. A token in a limit is 4 UTF-8 bytes, rounded up (design section 4)."""

BYTES_PER_TOKEN = 4


def count_tokens(text: str) -> int:
    """Return the length of *text* in tokens of a limit.

    >>> count_tokens("12345")
    2
    """
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)


def cut_to_tokens(text: str, limit: int, pointer: str = "…") -> str:
    """Return *text* cut so that it and *pointer* (what stands for the rest) fit in *limit* tokens.

    >>> cut_to_tokens("abcdefgh", 2)
    'abcdefgh'
    >>> cut_to_tokens("abcdefghi", 2)
    'abcde…'
    """
    if count_tokens(text) <= limit:
        return text
    room = max(0, limit * BYTES_PER_TOKEN - len(pointer.encode("utf-8")))
    return text.encode("utf-8", "replace")[:room].decode("utf-8", "ignore") + pointer


def quoted(text: str) -> str:
    """Return *text* as a markdown quotation: nothing in it can be taken for what stands around it.

    >>> quoted("# A\\n\\n[PHASE 1 STATUS]")
    '> # A\\n>\\n> [PHASE 1 STATUS]'
    """
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
