"""Every check, in the order in which a reader wants the findings."""

from collections.abc import Callable, Iterator, Sequence

from phasewright.gate.checks.absent import check_absent
from phasewright.gate.checks.apart import check_apart
from phasewright.gate.checks.blast_radius import check_blast_radius
from phasewright.gate.checks.build import check_build
from phasewright.gate.checks.by_heart import check_by_heart
from phasewright.gate.checks.commit import check_commit
from phasewright.gate.checks.contradiction import check_contradiction
from phasewright.gate.checks.criteria import check_criteria
from phasewright.gate.checks.design import check_design
from phasewright.gate.checks.design_says import check_design_says
from phasewright.gate.checks.examples import check_examples
from phasewright.gate.checks.features import check_features
from phasewright.gate.checks.files import check_files
from phasewright.gate.checks.foreign import check_foreign
from phasewright.gate.checks.loosened import check_loosened
from phasewright.gate.checks.manifest import check_manifests
from phasewright.gate.checks.manifest_change import check_manifest_changes
from phasewright.gate.checks.names import check_names, check_removals
from phasewright.gate.checks.no_work import check_no_work
from phasewright.gate.checks.places import check_places
from phasewright.gate.checks.probed import check_probes
from phasewright.gate.checks.python_source import check_python
from phasewright.gate.checks.reach import check_reach
from phasewright.gate.checks.reads_tests import check_reads_tests
from phasewright.gate.checks.source import check_source
from phasewright.gate.checks.style import check_style
from phasewright.gate.checks.tests import check_tests
from phasewright.gate.checks.unchanged import check_unchanged
from phasewright.gate.checks.unsilenced import check_unsilenced
from phasewright.gate.evidence import GateFacts
from phasewright.result import Finding

Check = Callable[[GateFacts], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    check_commit,
    check_files,
    check_unchanged,
    check_no_work,
    check_names,
    check_removals,
    check_manifests,
    check_manifest_changes,
    check_features,
    check_reach,
    check_absent,
    check_source,
    check_loosened,
    check_apart,
    check_by_heart,
    check_reads_tests,
    check_python,
    check_build,
    check_tests,
    check_places,
    check_examples,
    check_probes,
    check_blast_radius,
    check_style,
    check_unsilenced,
    check_design,
    check_design_says,
    check_criteria,
    check_contradiction,
    check_foreign,
)
"""Pure: each reads the facts and says what it sees. All run, always."""


def find_all(facts: GateFacts, checks: Sequence[Check] = CHECKS) -> tuple[Finding, ...]:
    """Return what every one of *checks* says, each finding once."""
    return tuple(dict.fromkeys(found for check in checks for found in check(facts)))
