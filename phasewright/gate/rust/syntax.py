"""Rust sources as syntax trees."""

from functools import lru_cache

import tree_sitter_rust
from tree_sitter import Language, Node, Parser

from phasewright.gate.rust.words import words_of


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_rust.language()))


def parse(source: bytes) -> Node:
    """Return the root of the syntax tree of *source*."""
    return _parser().parse(source).root_node


@lru_cache(maxsize=128)
def says_the_same(before: bytes, after: bytes) -> bool:
    """Return True where two sources differ in white space and plain comments alone; documentation counts."""
    old, new = (parse(source) for source in (before, after))
    return words_of(old, docs=True) == words_of(new, docs=True)
