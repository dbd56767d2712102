"""Blast radius → which of the listed tests must be there and green. Never a shell, never an option taken over.

The gate runs what it runs; the blast radius only selects from the results. So it can never widen, narrow or redirect a
command.
"""

import re
import shlex
from collections.abc import Iterable

from pydantic import BaseModel

from phasewright.plan import BlastRadius
from phasewright.toolchain.outcomes import Identity

_NAME = re.compile(r"^[A-Za-z_][\w\-]*$")
_PATTERN = re.compile(r"^[A-Za-z_][\w:<>, \-]*$")
_NO_TESTS = re.compile(r"^\s*(n/?a|none|manual|documentation|docs?|no\b|not applicable|tbd)\b", re.IGNORECASE)
_SHELL = re.compile(r"[|<>$`&\\\0]")
_NAMED = {"-p": "package", "--package": "package", "--exclude": "exclude"} | {
    f"--{kind}": kind for kind in ("test", "bin", "example", "bench")
}
_KINDS = {
    "--lib": "lib",
    "--bins": "bin",
    "--tests": "*",
    "--examples": "example",
    "--benches": "bench",
    "--doc": "doc",
}
_HARMLESS = frozenset(
    """--workspace --all --all-targets --locked --offline --frozen -q --quiet -v --verbose --no-fail-fast --release -r
    --all-features --no-default-features""".split()  # noqa: SIM905
)
_AFTER_DASHES = frozenset(
    ["--nocapture", "--no-capture", "--show-output", "-q", "--quiet", "--include-ignored", "--ignored"]
)
_BUILDS = ("build", "b", "check", "c", "clippy", "fmt", "doc")


class Selection(BaseModel, frozen=True):
    """Tests that one command of a blast radius names. Empty fields select everything."""

    text: str = ""
    packages: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    targets: tuple[tuple[str, str], ...] = ()
    """(kind, name); an empty name means all of that kind."""
    patterns: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    exact: bool = False
    build_only: bool = False
    explicit: bool = True
    """False: the plan has no blast radius field, so everything is meant."""
    notes: tuple[str, ...] = ()


class Selected(BaseModel, frozen=True):
    """The tests that a selection found."""

    tests: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""
    """Why nothing can be selected; empty when the selection itself is sound."""


class NotASelection(ValueError):
    """The text asks for something that is no selection of tests."""


def read_blast_radius(radius: BlastRadius) -> tuple[tuple[Selection, ...], tuple[str, ...]]:
    """Return the selections of a blast radius, and a sentence for each part that is none.

    No selection at all ("None", "Manual testing only"): the comparison of before and after still decides.
    """
    if radius.raw is None or not radius.raw.strip(' "`'):
        return (Selection(explicit=False),), ()
    commands = list(radius.commands) or _commands_in(radius.raw)
    selections: list[Selection] = []
    problems: list[str] = []
    for command in (part.strip() for text in commands for part in re.split(r"&&|;|\n", text)):
        if not command:
            continue
        try:
            selections.append(read_command(command))
        except NotASelection as problem:
            problems.append(f"{command!r}: {problem}")
    return tuple(selections), tuple(problems)


def read_command(command: str) -> Selection:
    """Return the selection that one command of a blast radius makes.

    Raises:
        NotASelection: it is no test selection; says why.
    """
    try:
        words = shlex.split(command)
    except ValueError as problem:
        raise NotASelection(f"cannot be read ({problem})") from None
    if _SHELL.search(command):
        raise NotASelection("shell syntax is not run")
    if words and re.match(r"^[\w\-]+(::[\w\-]+)+$", words[0]) and len(words) == 1:
        return Selection(text=command, patterns=(words[0],))
    if words[:1] != ["cargo"] or len(words) < 2:
        raise NotASelection("not a cargo command; the gate does not run it")
    if words[1] in _BUILDS:
        return Selection(text=command, build_only=True)
    if words[1] not in ("test", "t", "nextest"):
        raise NotASelection(f"cargo {words[1]} selects no tests")
    return _Reader(command).read(words[3:] if words[1:3] == ["nextest", "run"] else words[2:])


class _Reader:
    """Reads the words after `cargo test`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: dict[str, list[str]] = {"package": [], "exclude": [], "pattern": [], "skip": []}
        self.targets: list[tuple[str, str]] = []
        self.notes: list[str] = []
        self.exact = self.build_only = False

    def read(self, words: list[str]) -> Selection:
        before, after = (words[: words.index("--")], words[words.index("--") + 1 :]) if "--" in words else (words, [])
        self._before(list(before))
        self._after(list(after))
        if len(self.found["pattern"]) > 1 and not after:
            self.notes.append("cargo takes one name; read as any of them")
        return Selection(
            text=self.text,
            packages=tuple(self.found["package"]),
            exclude=tuple(self.found["exclude"]),
            targets=tuple(self.targets),
            patterns=tuple(self.found["pattern"]),
            skip=tuple(self.found["skip"]),
            exact=self.exact,
            build_only=self.build_only,
            notes=tuple(self.notes),
        )

    def _before(self, words: list[str]) -> None:
        while words:
            word = words.pop(0)
            key, has_value, value = word.partition("=")
            if key in _NAMED:
                value = value if has_value else (words.pop(0) if words else "")
                if not _NAME.match(value):
                    raise NotASelection(f"{key} {value!r} is not a name")
                slot = _NAMED[key]
                self.found[slot].append(value) if slot in self.found else self.targets.append((slot, value))
            elif word in _KINDS:
                self.targets.append((_KINDS[word], ""))
            elif word == "--no-run":
                self.build_only = True
            elif key in ("--features", "-F"):
                self.notes.append(f"{word}: the gate tests the default features")
                if not has_value and words:
                    words.pop(0)
            elif word not in _HARMLESS:
                self._name(word)

    def _after(self, words: list[str]) -> None:
        while words:
            word = words.pop(0)
            key, has_value, _ = word.partition("=")
            if word == "--exact":
                self.exact = True
            elif word == "--skip":
                self.found["skip"].append(words.pop(0) if words else "")
            elif key == "--test-threads":
                if not has_value and words:
                    words.pop(0)
            elif word not in _AFTER_DASHES:
                self._name(word)

    def _name(self, word: str) -> None:
        if word.startswith("-"):
            raise NotASelection(f"option {word.partition('=')[0]} is not allowed in a blast radius")
        if not _PATTERN.match(word):
            raise NotASelection(f"{word!r} is not a test name")
        self.found["pattern"].append(word)


def select(selection: Selection, tests: Iterable[str], crates: frozenset[str]) -> Selected:
    """Return the tests that *selection* names.

    A pattern that matches nothing is tried once more without its first `name::` when that is a crate's name.
    """
    identities = [Identity.read(test) for test in tests]
    known = {_norm(crate) for crate in crates}
    missing = [name for name in selection.packages if _norm(name) not in known]
    if missing:
        return Selected(problem=f"no package {missing[0]!r} in the workspace (packages: {', '.join(sorted(crates))})")
    notes = list(selection.notes)
    hit = _pick(selection, identities, selection.patterns)
    if not hit and selection.patterns:
        shorter = tuple(_without_crate(pattern, known) for pattern in selection.patterns)
        if shorter != selection.patterns:
            hit = _pick(selection, identities, shorter)
            if hit:
                notes.append(f"{selection.text!r} matched without the crate's name: {' '.join(shorter)}")
    return Selected(tests=tuple(str(identity) for identity in hit), notes=tuple(notes))


def _pick(selection: Selection, identities: list[Identity], patterns: tuple[str, ...]) -> list[Identity]:
    packages = {_norm(name) for name in selection.packages}
    excluded = {_norm(name) for name in selection.exclude}
    return [
        i
        for i in identities
        if (not packages or _norm(i.package) in packages)
        and _norm(i.package) not in excluded
        and (not selection.targets or any(_is_target(i, kind, name) for kind, name in selection.targets))
        and (not patterns or any(p == i.test if selection.exact else p in i.test for p in patterns))
        and not any(word in i.test for word in selection.skip)
    ]


def _is_target(identity: Identity, kind: str, name: str) -> bool:
    if name and _norm(name) != _norm(identity.target):
        return False
    return kind in ("*", identity.kind) or (kind == "lib" and identity.kind == "proc-macro")


def _without_crate(pattern: str, crates: set[str]) -> str:
    first, separator, rest = pattern.partition("::")
    return rest if separator and _norm(first) in crates | {"crate"} else pattern


def _commands_in(raw: str) -> list[str]:
    spans = re.findall(r"`([^`]*)`", raw)
    if spans:
        return [span for span in spans if re.match(r"(cargo\b|[\w\-]+(::[\w\-]+)+$)", span.strip())]
    if _NO_TESTS.match(raw):
        return []
    found = re.findall(r"cargo (?:test|nextest|build|check)[^\n,(]*", raw)
    return found or [word.rstrip(".,") for word in raw.split() if re.match(r"^[\w\-]+(::[\w\-]+)+[.,]?$", word)]


def _norm(name: str) -> str:
    return name.replace("-", "_")
