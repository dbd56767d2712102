"""Blast radius → which of the listed tests must be there and green. Never a shell, never an option taken over.

It can never widen, narrow or redirect a command: the gate runs what it runs.
"""

import re
import shlex

from phasewright.gate.selection import Selection
from phasewright.plan import BlastRadius

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
_PYTEST_HARMLESS = frozenset(["-q", "-qq", "-v", "-vv", "-x", "-s", "--quiet", "--verbose"])
_BUILDS = ("build", "b", "check", "c", "clippy", "fmt", "doc")


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
    if words[:1] == ["pytest"] or words[:3] == ["python", "-m", "pytest"]:
        return _read_pytest(command, words[1:] if words[0] == "pytest" else words[3:])
    if words[:1] != ["cargo"] or len(words) < 2:
        raise NotASelection("not a cargo command; the gate does not run it")
    if words[1] in _BUILDS:
        return Selection(text=command, build_only=True)
    if words[1] not in ("test", "t", "nextest"):
        raise NotASelection(f"cargo {words[1]} selects no tests")
    return _Reader(command).read(words[3:] if words[1:3] == ["nextest", "run"] else words[2:])


def _read_pytest(text: str, words: list[str]) -> Selection:
    """Return what node ids, files and `-k NAME` select; a folder selects all, as no folder does."""
    targets: list[tuple[str, str]] = []
    patterns: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        path, _, test = word.partition("::")
        if word == "-k" and rest and _NAME.match(rest[0]):
            patterns.append(rest.pop(0))
        elif word.startswith("-") and word not in _PYTEST_HARMLESS:
            raise NotASelection(f"option {word.partition('=')[0]} is not allowed in a blast radius")
        elif path.endswith(".py"):
            targets.append(("test", path.removeprefix("./")))
            patterns += [test] if test else []
    return Selection(text=text, targets=tuple(targets), patterns=tuple(patterns))


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


def _commands_in(raw: str) -> list[str]:
    spans = re.findall(r"`([^`]*)`", raw)
    if spans:
        return [
            span for span in spans if re.match(r"(cargo\b|(python -m )?pytest\b|[\w\-]+(::[\w\-]+)+$)", span.strip())
        ]
    if _NO_TESTS.match(raw):
        return []
    found = re.findall(r"cargo (?:test|nextest|build|check)[^\n,(]*", raw)
    return found or [word.rstrip(".,") for word in raw.split() if re.match(r"^[\w\-]+(::[\w\-]+)+[.,]?$", word)]
