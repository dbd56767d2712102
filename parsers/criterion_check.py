"""Criteria in a form that a program can answer. Data only: nothing here runs anything, and no shell ever will."""

import re

from parsers.inline import CodeSpan, code_spans
from parsers.paths import is_path_like, without_lines
from parsers.words import words_of
from phasewright.plan import CriterionCheck

_CARGO = frozenset({"test", "build", "check", "clippy", "fmt", "doc", "bench", "nextest", "run"})
_READERS = frozenset({"grep", "rg", "test", "ls", "wc", "head", "cat", "diff", "find"})
"""Programs that only read. A criterion that names another one stays prose."""
_SHELL = re.compile(r"[;|&<>$`\\\n(){}*?!]|\.\.")
_SHELL_WORD = re.compile(r"[;&<>|\n]")
_FIND_ACTS = ("-exec", "-delete", "-ok", "-fprint", "-fls")
_SUCCEEDS = re.compile(
    r"^\s*(?:still\s+)?(?:succeeds?|pass(?:es)?|compiles?|works?|completes?|runs?|is clean|returns? (?:a )?match"
    r"|finds|exits? (?:with )?(?:code )?0|builds?"
    r"|(?:reports|shows|gives|produces|has) (?:no|zero) (?:warnings|errors|failures)"
    r"|all (?:\w+ ){0,2}tests pass)\b",
    re.I,
)
_TELLS = re.compile(r"^\s*(?:shows?|displays?|prints?|outputs?|lists?)\b", re.I)
_ASKS_FOR_HELP = frozenset({"--help", "-h", "help", "--version", "-V"})
"""What a program answers with success, whatever it says."""
_NO_OUTPUT = re.compile(
    r"^\s*(?:returns?|finds|shows|has|yields|produces)\s+"
    r"(?:no(?:thing|\s+(?:match(?:es)?|results?|output|hits))|0 |zero )|^\s*(?:is|returns?) empty",
    re.I,
)
_EXISTS = re.compile(r"exists?\b", re.I)
_MISSING = re.compile(r"\b(?:does|do)\s+NOT\s+exist\b|\bno longer exists?\b|\bis (?:removed|deleted)\b", re.I)
_FILE = re.compile(r"^(?:\**(?:file|directory|folder|test fixture)s?\**:?\s+)?`", re.I)
_NAMES_A_FILE = re.compile(r"^\**files?\b", re.I)
_LINES = re.compile(
    r"(?P<more>>|over|more than)\s*(?P<n1>\d{1,6})\s*lines|(?:>=|≥|at least)\s*(?P<n2>\d{1,6})\s*lines"
    r"|\b(?P<n3>\d{1,6})\+\s*lines",
    re.I,
)
_TESTS = re.compile(
    r"(?:at least|minimum(?: of)?|>=|≥)\s*(\d{1,5})\s+(?:\w+\s+){0,3}tests\b"
    r"|\b(\d{1,5})\+\s+(?:\w+\s+){0,3}tests?\b"
    r"|^\**(\d{1,5})\s+new\s+(?:[\w-]+\s+){0,2}tests?\b"
    r"|^\**(\d{1,5})\s+(?:[\w-]+\s+){0,2}tests?\s+(?:are\s+|is\s+)?(?:added|written|implemented)\b",
    re.I,
)
_NAMED_TEST = re.compile(r"^\**(?:The |New )?(?:(?:unit|integration|regression) )?test\**:?\s+`", re.I)
_A_TEST = re.compile(r"[a-z_]\w*(?:::[a-z_]\w*)*")
_PASSES = re.compile(
    r"^\s*(?:(?:exists|is (?:added|there|written)) and )?(?:still |now )?(?:pass(?:es)?|succeeds?|is green)\b", re.I
)
_ELSEWHERE = re.compile(r"\b(?:on|under) (?:windows|mac ?os|wasm\w*|nightly|miri)\b|\bmanual", re.I)
_WHOLE_SUITE = re.compile(
    r"^\**(?:all\s+)?(?:the\s+)?(?:(?:old|existing|unit|integration|other)\s+)?tests (?:still )?pass\**\.?$", re.I
)
_ALL_TESTS = re.compile(r"^\**[^:`]*\btests?\b[^:`]*\b(?:pass|succeed)[^:`]*:\**\s*`", re.I)
_TOLD = re.compile(r"^[^`]*[^`\s]:\s*`[^`]+`\s*(?:\([^()]*\))?\.?$")
_TEST_RUN = (("cargo", "test"), ("cargo", "nextest"))
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def read_check(text: str) -> CriterionCheck | None:
    """Return the check that a criterion states, None for prose. Source: survey 7, machine-checkable forms."""
    spans = code_spans(text)
    readers = (_whole_suite, _all_tests, _named_test, _file, _command, _told_command)
    return next((check for reader in readers if (check := reader(text, spans))), None) or _test_count(text)


def _whole_suite(text: str, _: list[CodeSpan]) -> CriterionCheck | None:
    return CriterionCheck(kind="all-tests") if _WHOLE_SUITE.match(text.strip()) else None


def _all_tests(text: str, spans: list[CodeSpan]) -> CriterionCheck | None:
    argv = _argv(spans[0].text) if spans and _ALL_TESTS.match(text) else None
    return CriterionCheck(kind="all-tests", argv=argv) if argv and argv[:2] in _TEST_RUN else None


def _named_test(text: str, spans: list[CodeSpan]) -> CriterionCheck | None:
    """`` Test `a::b` passes``, as `cargo test a::b` would answer it."""
    if not spans or not _NAMED_TEST.match(text) or not _A_TEST.fullmatch(spans[0].text) or _ELSEWHERE.search(text):
        return None
    passes = _PASSES.match(text[spans[0].end + 1 :])
    return CriterionCheck(kind="all-tests", argv=("cargo", "test", spans[0].text)) if passes else None


def _file(text: str, spans: list[CodeSpan]) -> CriterionCheck | None:
    """`` File `x` exists (>40 lines)`` and `` `x` does NOT exist``."""
    if not spans or not is_path_like(spans[0].text) or not _FILE.match(text):
        return None
    after = text[spans[0].end + 1 :].strip()
    path = without_lines(spans[0].text)
    if _MISSING.search(after[:40]):
        return CriterionCheck(kind="file-missing", path=path)
    lines = _LINES.search(after)
    if not _EXISTS.match(after) and (lines is None or not _NAMES_A_FILE.match(text)):
        return None
    if lines is None:
        return CriterionCheck(kind="file-exists", path=path)
    least = int(lines["n1"]) + 1 if lines["more"] else int(lines["n2"] or lines["n3"])
    return CriterionCheck(kind="file-exists", path=path, at_least=least)


def _command(text: str, spans: list[CodeSpan]) -> CriterionCheck | None:
    if not spans or not text.lstrip("* ").startswith("`"):
        return None
    argv = _argv(spans[0].text)
    if argv is None:
        return None
    after = text[spans[0].end + 1 :]
    if _NO_OUTPUT.match(after):
        return CriterionCheck(kind="command", argv=argv, expect="no-output")
    if counted := _TESTS.search(after[:60]):
        return CriterionCheck(kind="test-count", argv=argv, at_least=_number(counted))
    answers = _SUCCEEDS.match(after) or (_TELLS.match(after) and not _ASKS_FOR_HELP.isdisjoint(argv))
    return CriterionCheck(kind="command", argv=argv) if answers else None


def _told_command(text: str, spans: list[CodeSpan]) -> CriterionCheck | None:
    """`` Lints pass: `cargo clippy` ``: what is told, a colon, and the command that shows it."""
    argv = _argv(spans[-1].text) if spans and _TOLD.match(text) else None
    # "Shows an error: `cargo run -- x`": whether a program should succeed is not said by its name.
    return CriterionCheck(kind="command", argv=argv) if argv and argv[:2] != ("cargo", "run") else None


def _test_count(text: str) -> CriterionCheck | None:
    counted = _TESTS.search(text[:200])
    return CriterionCheck(kind="test-count", at_least=_number(counted)) if counted else None


def _number(counted: re.Match[str]) -> int:
    return next(int(one) for one in counted.groups() if one)


def _argv(command: str) -> tuple[str, ...] | None:
    """Return a command as an argument list, when it is one that only reads or that the gate runs itself."""
    argv = words_of(command)
    if not argv or "\0" in command:
        return None
    program = argv[0]
    if program == "cargo":
        return argv if len(argv) > 1 and argv[1] in _CARGO and not _SHELL.search(command) else None
    if program not in _READERS or _SHELL_WORD.search(_QUOTED.sub("", command)) or "$(" in command or "`" in command:
        return None
    if any(word.startswith(("/", "~")) or ".." in word.split("/") for word in argv[1:]):
        return None
    return None if program == "find" and any(word.startswith(_FIND_ACTS) for word in argv) else argv
