"""Blocks of markdown and the lines that they stand on."""

from parsers.blocks import read_blocks


def test_a_quote_right_below_a_list_has_its_place() -> None:
    """Found by fuzzing: mistune reads the quote while it is inside the list."""
    blocks = read_blocks("text\n- a\n> b\n3. c\n\n### Phase 1: A\n")

    assert ["paragraph", "list", "quote"] == [b.kind for b in blocks[:3]]
    assert ("heading", 6) == (blocks[-1].kind, blocks[-1].first)
