"""Crates that a phase says to add: TOML fences, bullets, and sentences that say "add" and "dependency"."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from parsers.fields import Field, Line
from parsers.inline import code_spans
from phasewright.plan import CrateDependency

_NAME = r"[A-Za-z][A-Za-z0-9_-]{0,63}"
_ENTRY = re.compile(rf"^\s*({_NAME})(?:\.(workspace|version|path|git))?\s*=\s*(.+)$")
_ASSIGNMENT = re.compile(rf"^({_NAME})\s*=\s*(\"[^\"]*\"|\{{.*\}}|[\d.^~=<>]+)$")
_AT_VERSION = re.compile(rf"^({_NAME})@([\w.^~*+-]+)$")
_TABLE = re.compile(r"^\s*\[(?:workspace\.|target\.[^\]]+\.)?((?:dev-|build-)?dependencies)(?:\.([\w-]+))?\]")
_ANY_TABLE = re.compile(r"^\s*\[")
_MANIFEST_COMMENT = re.compile(r"^\s*#\s*`?([\w./-]*Cargo\.toml)`?\s*$", re.I)
_MANIFEST = re.compile(r"([\w./-]*Cargo\.toml)")
_VERSION = re.compile(r"version\s*=\s*\"([^\"]*)\"")
_ADDS = re.compile(r"\badd(?:s|ed|ing)?\b|^new dependency\b", re.I)
_DEPENDENCY_WORD = re.compile(r"\bdependenc(?:y|ies)\b|\b(?:dev-)?deps\b|\bcrates?\b", re.I)
_BARE_LIST = re.compile(
    rf"\badd\s+((?:{_NAME})(?:(?:,\s*(?:and\s+)?|\s+and\s+){_NAME})*)\s+(?:as\s+(?:a\s+)?)?(?:dev-?)?(?:dependenc(?:y|ies)|crates?)\b",
    re.I,
)
_ADD_BEFORE = re.compile(r"\badd(?:ed|s)?\s+(?:the\s+)?(?:`[^`]+`(?:,\s*|\s+and\s+|,\s+and\s+))*`$", re.I)
_TO_MANIFEST = re.compile(
    r"(?:[^.;]*?)\bto\s+(?:[\w/`.-]+\s+)?(?:dev-?)?(?:dependencies|deps|`?[\w./-]*Cargo\.toml)", re.I
)
_SPAN_CRATE = re.compile(rf"^{_NAME}$")
_NO_CRATE = re.compile(
    r"the|an?|new|all|required|missing|needed|workspace|dev|following|rust|external|cargo|any|this|these|its?|other"
)


def read_crates(fields: Sequence[Field], lines: Sequence[Line]) -> tuple[CrateDependency, ...]:
    """Return the crates of a phase. Entries of manifests count each; a sentence adds a name not seen yet."""
    found = list(_from_fences(lines))
    for field in fields:
        if field.key == "crates":
            found.extend(_from_list(field))
        elif field.key in ("deliverables", "criteria", "create", "modify", "either", "files"):
            found.extend(_from_sentences(field))
    return _once(found)


def _once(found: Sequence[CrateDependency]) -> tuple[CrateDependency, ...]:
    kept: dict[tuple[str, str | None, bool], CrateDependency] = {}
    names: set[str] = set()
    for crate in found:
        key = (crate.name, crate.manifest, crate.dev)
        is_sentence = crate.manifest is None or crate.requirement is None
        if key in kept or (is_sentence and crate.name in names):
            continue
        kept[key] = crate
        names.add(crate.name)
    return tuple(kept.values())


def _from_fences(lines: Sequence[Line]) -> Iterator[CrateDependency]:
    """Read the dependency tables of TOML fences; a fence may hold two manifests, divided by comments (survey 9)."""
    manifest: str | None = None
    table: str | None = None
    for i, line in enumerate(lines):
        if line.kind == "fence":
            table = "dependencies" if _is_bare_fence(lines, i) else None
        elif line.kind != "code":
            manifest = _manifest_in(line, manifest)
        elif line.info.split(" ")[0].casefold() == "toml":
            comment = _MANIFEST_COMMENT.match(line.text)
            manifest = comment[1] if comment else manifest
            named = _TABLE.match(line.text)
            if named:
                table = named[1]
                if named[2]:
                    yield CrateDependency(name=named[2], manifest=manifest, dev=table[:3] == "dev", line=line.number)
                    table = None
            elif _ANY_TABLE.match(line.text):
                table = None
            elif table and (entry := _ENTRY.match(line.text)):
                yield _entry(entry[1], entry[3], manifest, table.startswith("dev"), line.number)


def _manifest_in(line: Line, before: str | None) -> str | None:
    if line.kind == "heading":
        return None
    match = _MANIFEST.search(line.text) if "Cargo.toml" in line.text else None
    return match[1] if match else before


def _is_bare_fence(lines: Sequence[Line], at: int) -> bool:
    """True for a TOML fence with nothing but entries, such as one below an item that names the manifest."""
    if lines[at].info.casefold() != "toml":
        return False
    inside: list[str] = []
    for line in islice(lines, at + 1, None):
        if line.kind != "code":
            break
        if line.text.strip() and not line.text.strip().startswith("#"):
            inside.append(line.text.strip())
    return bool(inside) and all(_ASSIGNMENT.match(text) for text in inside)


def _entry(name: str, value: str, manifest: str | None, dev: bool, line: int) -> CrateDependency:
    value = value.strip()
    version = _VERSION.search(value)
    requirement = version[1] if version else value.strip('"') if value[:1] in "\"'^~=<>0123456789" else None
    return CrateDependency(name=name, manifest=manifest, requirement=requirement or None, dev=dev, line=line)


def _from_list(field: Field) -> Iterator[CrateDependency]:
    """Read `` `semver = "1.0"` (why)`` and `` `semver` - why`` below "Dependencies to add"."""
    manifest: str | None = None
    texts = [(field.value, field.line)] + [
        (line.text, line.number) for line in field.body if line.kind in ("item", "text")
    ]
    for text, number in texts:
        is_dev = bool(re.search(r"\bdev\b|dev-dep", text, re.I))
        found = _MANIFEST.search(text)
        manifest = found[1] if found else manifest
        for i, span in enumerate(code_spans(text)):
            crate = _of_span(span.text, manifest, is_dev, number)
            if crate is not None:
                yield crate
            elif i == 0 and _SPAN_CRATE.match(span.text):
                yield CrateDependency(name=span.text, manifest=manifest, dev=is_dev, line=number)


def _of_span(span: str, manifest: str | None, dev: bool, line: int) -> CrateDependency | None:
    assignment = _ASSIGNMENT.match(span)
    if assignment:
        return _entry(assignment[1], assignment[2], manifest, dev, line)
    version = _AT_VERSION.match(span)
    return (
        CrateDependency(name=version[1], manifest=manifest, requirement=version[2], dev=dev, line=line)
        if version
        else None
    )


def _from_sentences(field: Field) -> Iterator[CrateDependency]:
    """Read "Add `x = "1"` to dependencies", "`x` dependency added", "Add x, y dependencies", "add `x` to dev-deps"."""
    under: Line | None = None
    texts = [Line(field.line, "item", field.value)] if field.value else []
    for line in [*texts, *field.items()]:
        if line.indent == 0:
            under = line
        context = line.text if line.indent == 0 or under is None else f"{under.text} {line.text}"
        if _ADDS.search(context):
            yield from _of_sentence(line.text, context, line.number)


def _of_sentence(text: str, context: str, number: int) -> Iterator[CrateDependency]:
    found = _MANIFEST.search(context)
    manifest = found[1] if found else None
    for clause in re.split(r";\s+|,\s+(?=add\b)|\.\s+", text):
        is_dev = bool(re.search(r"\bdev\b|\bdev-dep", clause, re.I))
        for span in code_spans(clause):
            crate = _of_span(span.text, manifest, is_dev, number)
            if crate is not None and (found or _DEPENDENCY_WORD.search(context)):
                yield crate
            elif _SPAN_CRATE.match(span.text) and _says_crate(clause, span.start, span.end):
                yield CrateDependency(name=span.text, manifest=manifest, dev=is_dev, line=number)
        for match in _BARE_LIST.finditer(clause):
            for name in re.split(r",\s*(?:and\s+)?|\s+and\s+", match[1]):
                if not _NO_CRATE.fullmatch(name) and name == name.lower():
                    yield CrateDependency(name=name, manifest=manifest, dev=is_dev, line=number)


def _says_crate(clause: str, start: int, end: int) -> bool:
    """True when the words around a span call it a crate to add: "`x` dependency added", "add `x` to dev-deps"."""
    after = clause[end + 1 :]
    if re.match(r"\s*(?:as\s+(?:a\s+)?)?(?:dev-?|build-?)?\s*(?:dependency|crate)\b", after, re.I):
        return bool(_ADDS.search(clause))
    return bool(_ADD_BEFORE.search(clause[:start]) and _TO_MANIFEST.match(after))
