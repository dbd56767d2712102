"""Format and lints, as what is new against base: old problems are nobody's fault here."""

from collections import Counter
from collections.abc import Iterator, Mapping

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.rust.items_of_tests import item_ranges
from phasewright.plan import PhaseKind, Severity
from phasewright.result import Finding
from phasewright.toolchain.reports import STUB_LINTS, CompilerMessage


def check_style(facts: GateFacts) -> Iterator[Finding]:
    """Yield files that became unformatted and lints that are new."""
    before, after = facts.before, facts.after
    for path in sorted(set(after.unformatted) - set(before.unformatted)):
        yield finding("unformatted", "not formatted; run `cargo fmt`", path=path)
    if after.format_problem and not before.format_problem and facts.comparable:
        yield finding("format-failed", f"rustfmt could not work: {after.format_problem}")
    for key, times in _new_lints(before.lints, after.lints):
        lint = after.lint_examples[key]
        more = f" ({times} times)" if times > 1 else ""
        if lint.code not in STUB_LINTS:
            yield finding("lint", f"{lint.code}: {lint.text}{more}", path=lint.path, line=lint.line)
        elif not is_in_test(facts, lint):
            severity = Severity.WARNING if facts.phase.kind == PhaseKind.DESIGN else None
            said = f"the compiler finds a stub: {lint.text}{more}"
            yield finding("stub-compiled", said, path=lint.path, line=lint.line, severity=severity)


def _new_lints(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield lint key, times for what is new; a lint that left one file for another moved with its code."""
    gone: Counter[tuple[str, str]] = Counter()
    for key, times in (Counter(before) - Counter(after)).items():
        gone[_without_path(key)] += times
    for key, times in sorted((Counter(after) - Counter(before)).items()):
        moved = min(times, gone[_without_path(key)])
        gone[_without_path(key)] -= moved
        if times > moved:
            yield key, times - moved


def _without_path(key: str) -> tuple[str, str]:
    code, _, source = key.split("|", 2)
    return code, source


def is_in_test(facts: GateFacts, lint: CompilerMessage) -> bool:
    """Return True where *lint* speaks of test code: there a stub may be what is tested."""
    source = facts.change.after(lint.path or "")
    if is_test_file(lint.path or "") or source is None or lint.line is None:
        return is_test_file(lint.path or "")
    lines = ((source.count(b"\n", 0, a) + 1, source.count(b"\n", 0, b) + 1) for a, b in item_ranges(source).values())
    return any(first <= lint.line <= last for first, last in lines)
