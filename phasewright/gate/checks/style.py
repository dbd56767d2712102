"""Format and lints, as what is new against base: old problems are nobody's fault here."""

from collections import Counter
from collections.abc import Iterator

from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.plan import PhaseKind, Severity
from phasewright.result import Finding
from phasewright.toolchain.reports import STUB_LINTS


def check_style(facts: GateFacts) -> Iterator[Finding]:
    """Yield files that became unformatted and lints that are new."""
    before, after = facts.before, facts.after
    for path in sorted(set(after.unformatted) - set(before.unformatted)):
        yield finding("unformatted", "not formatted; run `cargo fmt`", path=path)
    if after.format_problem and not before.format_problem and facts.comparable:
        yield finding("format-failed", f"rustfmt could not work: {after.format_problem}")
    for key, times in sorted((Counter(after.lints) - Counter(before.lints)).items()):
        lint = after.lint_examples[key]
        more = f" ({times} times)" if times > 1 else ""
        if lint.code in STUB_LINTS:
            severity = Severity.WARNING if facts.phase.kind == PhaseKind.DESIGN else None
            said = f"the compiler finds a stub: {lint.text}{more}"
            yield finding("stub-compiled", said, path=lint.path, line=lint.line, severity=severity)
            continue
        yield finding("lint", f"{lint.code}: {lint.text}{more}", path=lint.path, line=lint.line)
