"""What the tools say once nothing keeps them quiet: behind the words that silence stands what they hide."""

from collections.abc import Iterator

from phasewright.gate.checks.style import is_in_test
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.result import Finding


def check_unsilenced(facts: GateFacts) -> Iterator[Finding]:
    """Yield lints and unformatted files that only a second question brought to light; not of code that builds write."""
    said = facts.probes.unsilenced
    for path in said.unformatted:
        yield finding("format-hidden", "not formatted, once nothing keeps rustfmt out of it", path=path)
    for lint in said.lints:
        if lint.path in facts.change.head and not is_in_test(facts, lint):
            hidden = f"{lint.code}: {lint.text} (asked with --force-warn)"
            yield finding("lint-hidden", hidden, path=lint.path, line=lint.line)
