"""Criteria in a form that a program can answer. Data only: nothing here runs anything, and no shell ever will."""

import re

from parsers import criterion_words as words
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
_TEST_RUN = (("cargo", "test"), ("cargo", "nextest"))
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def read_check(text: str) -> CriterionCheck | None:
    """Return the check that a criterion states, None for prose. Source: survey 7, machine-checkable forms."""
    spans = code_spans(text)
    readers = (_whole_suite, _all_tests, _named_test, _file, _says, _command, _told_command)
    return next((check for reader in readers if (check := reader(text, spans))), None) or _test_count(text)


def _whole_suite(text: str, _: list[CodeSpan]) -> CriterionCheck | None:
    return CriterionCheck(kind="all-tests") if words.WHOLE_SUITE.match(text.strip()) else None


def _all_tests(text: str, spans: list[CodeSpan]) -> CriterionCheck | None:
    argv = _argv(spans[0].text) if spans and words.ALL_TESTS.match(text) else None
    return CriterionCheck(kind="all-tests", argv=argv) if argv and argv[:2] in _TEST_RUN else None


def _named_test(text: str, _: list[CodeSpan]) -> CriterionCheck | None:
    """`` Test `a::b` passes``, as `cargo test a::b` would answer it."""
    told = words.NAMED_TEST.match(text)
    if told is None or not words.A_TEST.fullmatch(told["name"]) or words.ELSEWHERE.search(told["rest"]):
        return None
    return CriterionCheck(kind="all-tests", argv=("cargo", "test", told["name"]))


def _file(text: str, spans: list[CodeSpan]) -> CriterionCheck | None:
    """`` File `x` exists (>40 lines)`` and `` `x` does NOT exist``."""
    if not spans or not is_path_like(spans[0].text) or not words.FILE.match(text):
        return None
    after = text[spans[0].end + 1 :].strip()
    path = without_lines(spans[0].text)
    if words.MISSING.search(after[:40]):
        return CriterionCheck(kind="file-missing", path=path)
    few, many = words.FEW_LINES.search(after), words.LINES.search(after)
    is_limited = few or (many and words.NAMES_A_FILE.match(text))
    if (not words.EXISTS.match(after) and not is_limited) or path.startswith("target/"):
        return None
    least = None if many is None else int(many["n1"]) + 1 if many["more"] else int(many["n2"] or many["n3"])
    below = few is not None and re.match(r"fewer|less|under|below", few.group(), re.IGNORECASE) is not None
    most = None if few is None else int(few["n"]) - below
    return CriterionCheck(kind="file-exists", path=path, at_least=least, at_most=most)


def _says(text: str, spans: list[CodeSpan]) -> CriterionCheck | None:
    """`` `README.md` documents `slug` ``: the file has the word."""
    if not spans or not text.startswith("`") or not is_path_like(spans[0].text):
        return None
    said = words.SAYS.match(text[spans[0].end + 1 :])
    name = re.match(r"[A-Za-z_][\w:.-]*", said["what"]) if said else None
    if said is None or name is None or re.search(r"[/*]$", spans[0].text):
        return None
    return CriterionCheck(kind="command", argv=("grep", "-F", name.group(), without_lines(spans[0].text)))


def _command(text: str, spans: list[CodeSpan]) -> CriterionCheck | None:
    if not spans or not text.lstrip("* ").startswith("`"):
        return None
    argv = _argv(spans[0].text)
    if argv is None:
        return None
    after = text[spans[0].end + 1 :]
    if argv[0] in _READERS and words.NO_OUTPUT.match(after):
        return CriterionCheck(kind="command", argv=argv, expect="no-output")
    if counted := words.COUNTS.search(after[:60].lstrip()):
        return CriterionCheck(kind="test-count", argv=argv, at_least=_number(counted))
    return CriterionCheck(kind="command", argv=argv) if _should_succeed(argv, after) else None


def _should_succeed(argv: tuple[str, ...], after: str) -> bool:
    """Return True where the words behind a command say that it ends well; a program may be right to fail."""
    succeeds = words.SUCCEEDS.match(after) is not None
    if argv[:2] == ("cargo", "run"):
        helps = not words.ASKS_FOR_HELP.isdisjoint(argv)
        tells = (helps and words.TELLS.match(after)) or (words.PRINTS.match(after) and not words.MAY_FAIL.search(after))
        return bool(tells) or (succeeds and (helps or not words.MAY_FAIL.search(after)))
    return succeeds or (argv[0] in _READERS and words.FINDS.match(after) is not None)


def _told_command(text: str, spans: list[CodeSpan]) -> CriterionCheck | None:
    """`` Lints pass: `cargo clippy` ``: what is told, a colon, and the command that shows it."""
    told = words.TOLD.match(text) if spans else None
    argv = _argv(spans[-1].text) if told else None
    # "Shows an error: `cargo run -- x`": whether a program should succeed is not said by its name.
    if told is None or argv is None or argv[:2] == ("cargo", "run"):
        return None
    if argv[0] in _READERS and words.NONE_LEFT.search(told["label"]):
        return CriterionCheck(kind="command", argv=argv, expect="no-output")
    is_meant = words.NO_COMPLAINT.search(told["label"]) or not words.SAYS_NO.search(told["label"])
    return CriterionCheck(kind="command", argv=argv) if is_meant else None


def _test_count(text: str) -> CriterionCheck | None:
    counted = words.COUNTS.search(text[:200])
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
