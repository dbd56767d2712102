"""The examples in documentation that are run as tests, read from the doc comments."""

import posixpath
import re
from collections.abc import Sequence
from typing import NamedTuple

_DOC = re.compile(r"^\s*(///|//!)(?!/) ?(.*)$")
_FENCE = re.compile(r"^\s*(```+|~~~+)\s*([^`]*)$")
_RUN = re.compile(r"^(rust|should_panic|edition\d+|,|\s)*$")
_INCLUDED = re.compile(
    r"\bdoc\s*=\s*include_str!\(\s*(?P<concat>concat!\(\s*env!\(\"CARGO_MANIFEST_DIR\"\)\s*,)?\s*\"(?P<one>[^\"]+)\""
    r"|\bdoctest!\(\s*\"(?P<other>[^\"]+)\""
)
_ITEM = re.compile(r"\b(?:fn|struct|enum|trait|mod|type|const|static|union|macro_rules!)\s+(\w+)")
_MAY_DISARM = re.compile(r"^#|[{}]|macro_rules|/\*")
_NAME = "__phasewright_example_"


class Example(NamedTuple):
    """One fenced example."""

    item: str
    """Name of what it documents; empty for the file itself."""
    line: int
    text: str
    fence: str = ""
    """The words beside the fence that change how it runs, such as should_panic."""

    @property
    def bare(self) -> str:
        """Return the code without white space, the way to compare it."""
        return re.sub(r"\s+", "", self.text) + self.fence

    def statements(self) -> set[str]:
        """Return its lines without white space."""
        return {re.sub(r"\s+", "", line) for line in self.text.splitlines() if line.strip()}


def read_examples(source: str) -> list[Example]:
    """Return the examples of a file that rustdoc runs."""
    found: list[Example] = []
    waiting: list[Example] = []
    lines: list[str] = []
    fence, words, start, runs = "", "", 0, False
    for number, row in enumerate(source.splitlines(), 1):
        doc = _DOC.match(row)
        if doc is None:
            fence = ""
            if waiting and row.strip() and not row.strip().startswith("#["):
                item = _ITEM.search(row)
                found += [one._replace(item=item[1] if item else "") for one in waiting]
                waiting = []
            continue
        text = doc[2]
        edge = _FENCE.match(text)
        if edge and not fence:
            fence, lines, start, runs = edge[1], [], number, bool(_RUN.match(edge[2]))
            words = ",".join(sorted(set(re.findall(r"should_panic|edition\d+", edge[2]))))
        elif edge and text.strip() == fence:
            waiting += [Example("", start, "\n".join(lines), words)] if runs else []
            fence = ""
        elif fence:
            lines.append(text)
    return found + waiting


def read_document(text: str, path: str) -> list[Example]:
    """Return the examples of a markdown document that is included as documentation; they document its *path*."""
    lines = [f"//! {line}" for line in text.splitlines()]
    return [one._replace(item=path) for one in read_examples("\n".join(lines))]


def included_documents(source: str, path: str, package: str) -> list[str]:
    """Return the documents that the source file *path* takes in as its documentation, from the repository's root."""
    hits = list(_INCLUDED.finditer(source))
    places = [(package if hit["concat"] else posixpath.dirname(path), hit["one"] or hit["other"]) for hit in hits]
    return [posixpath.normpath(posixpath.join(place, name.lstrip("/"))) for place, name in places]


def lost_examples(before: Sequence[Example], after: Sequence[Example]) -> list[Example]:
    """Return those of *before* that say something which no single one of *after* says too."""
    return [one for one in before if one.bare and not any(_says_as_much(one, other) for other in after)]


def _says_as_much(old: Example, new: Example) -> bool:
    """Return True where *new* says all of *old*; what is more neither hides nor puts anything in a block."""
    more = new.statements() - old.statements()
    return old.fence == new.fence and old.statements() <= new.statements() and not any(map(_MAY_DISARM.search, more))


def with_examples(source: str, examples: list[Example]) -> str:
    """Return *source* with functions appended that carry *examples* as their documentation."""
    for number, example in enumerate(examples):
        lines = "\n".join(f"/// {line}".rstrip() for line in example.text.splitlines())
        source += f"\n/// ```{example.fence}\n{lines}\n/// ```\n#[allow(dead_code)]\nfn {_NAME}{number}() {{}}\n"
    return source


def example_number(test: str) -> int | None:
    """Return which of the appended examples a doc test's path is; None for any other."""
    at = re.search(rf"{_NAME}(\d+)", test)
    return int(at[1]) if at else None
