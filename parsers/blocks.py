"""Markdown blocks with their lines: mistune's own block parser, watched for where each block starts."""

from bisect import bisect_right
from re import Match
from typing import Any, Literal, NamedTuple

from mistune import BlockParser, BlockState

Kind = Literal["heading", "paragraph", "list", "code", "quote", "html", "rule"]

_KINDS: dict[str, Kind] = {
    "heading": "heading",
    "paragraph": "paragraph",
    "list": "list",
    "block_code": "code",
    "block_quote": "quote",
    "block_html": "html",
    "thematic_break": "rule",
}


BLOCK_LIMIT = 100_000
"""Blocks of a plan, list items' own included: keeps 1 MiB of anything under 300 MB. Real plans of 60 KB have 3,000."""


class Block(NamedTuple):
    """One top-level block. `first` and `last` are lines from 1, both included."""

    kind: Kind
    first: int
    last: int
    text: str = ""
    """Of a heading, without its marks; of fenced code, the info string."""
    level: int = 0
    is_fenced: bool = False


class TooManyBlocks(ValueError):
    """The text has more blocks than a plan may have."""


class _State(BlockState):
    """Notes the position of each new token. A token has none in mistune's AST."""

    def append_token(self, token: dict[str, Any]) -> None:
        self.env["blocks"] = count = self.env.get("blocks", 0) + 1
        if count > BLOCK_LIMIT:
            raise TooManyBlocks
        token.setdefault("at", self.cursor)
        super().append_token(token)

    def prepend_token(self, token: dict[str, Any]) -> None:
        token.setdefault("at", self.cursor)
        super().prepend_token(token)

    def add_paragraph(self, text: str) -> None:
        super().add_paragraph(text)
        self.tokens[-1].setdefault("at", self.cursor)


class _Parser(BlockParser):
    state_cls = _State

    def parse_method(self, m: Match[str], state: BlockState) -> int | None:
        """Correct the position of containers: they are appended when the cursor has passed them already."""
        before = len(state.tokens)
        end = super().parse_method(m, state)
        for token in state.tokens[before:]:
            if "is_placed" not in token and token["type"] in ("list", "block_quote", "block_html"):
                token["at"] = m.start()
            token["is_placed"] = True
        return end


def read_blocks(text: str) -> list[Block]:
    """Return the top-level blocks of *text*, in order.

    Raises:
        TooManyBlocks: more than BLOCK_LIMIT.
    """
    # What stands inside lists and quotes is read by lines: parsing it takes half the time and is not used.
    parser = _Parser(list_rules=["blank_line"], block_quote_rules=["blank_line"])
    state = _State()
    state.process(text)
    parser.parse(state)
    starts = _line_starts(text)
    # mistune puts a block that ends another one before it.
    tokens = sorted((t for t in state.tokens if t["type"] in _KINDS), key=lambda token: int(token["at"]))
    if not tokens:
        return []
    places = [bisect_right(starts, token["at"] + _leading_newlines(text, token["at"])) for token in tokens]
    ends = [*(place - 1 for place in places[1:]), len(starts)]
    return [_block(token, first, last) for token, first, last in zip(tokens, places, ends, strict=True)]


def _block(token: dict[str, Any], first: int, last: int) -> Block:
    attrs = token.get("attrs") or {}
    kind = _KINDS[token["type"]]
    text = token.get("text", "").strip() if kind == "heading" else str(attrs.get("info", ""))
    return Block(kind, first, max(first, last), text, int(attrs.get("level", 0)), token.get("style") == "fenced")


def _line_starts(text: str) -> list[int]:
    starts, position = [0], text.find("\n")
    while 0 <= position < len(text) - 1:
        starts.append(position + 1)
        position = text.find("\n", position + 1)
    return starts


def _leading_newlines(text: str, at: int) -> int:
    end = at
    while end < len(text) and text[end] == "\n":
        end += 1
    return end - at
