"""Facts measured for some packages, completed with what is known about the others. Pure."""

from phasewright.gate.facts import SideFacts
from phasewright.toolchain.outcomes import TestOutcomes


def complete_facts(before: SideFacts, after: SideFacts, packages: frozenset[str]) -> SideFacts:
    """Return *after*, measured for *packages* alone, with the facts of all other packages taken from *before*."""
    if not after.built:
        return after
    ran = {_norm(name) for name in packages}
    lints = {key: n for key, n in before.lints.items() if _owner(before, key) not in ran}
    examples = {key: message for key, message in before.lint_examples.items() if key in lints}
    mine = {key: n for key, n in after.lints.items() if _owner(after, key) in ran or _owner(after, key) is None}
    return after.model_copy(
        update={
            "tests": _others(before.tests, ran).merged(after.tests),
            "lints": lints | mine,
            "lint_examples": examples | {key: after.lint_examples[key] for key in mine},
            "origins": before.origins | after.origins,
            "compiled": tuple(sorted({*before.compiled, *after.compiled})),
        }
    )


def _others(tests: TestOutcomes, ran: set[str]) -> TestOutcomes:
    def is_other(identity: str) -> bool:
        return _norm(identity.partition("/")[0]) not in ran

    return TestOutcomes(
        outcomes={test: outcome for test, outcome in tests.outcomes.items() if is_other(test)},
        places={test: place for test, place in tests.places.items() if is_other(test)},
        failures={test: text for test, text in tests.failures.items() if is_other(test)},
        broken=tuple(text for text in tests.broken if is_other(text)),
        foreign=tuple(name for name in tests.foreign if is_other(name)),
        hung=tuple(test for test in tests.hung if is_other(test)),
    )


def _owner(facts: SideFacts, key: str) -> str | None:
    lint = facts.lint_examples.get(key)
    if lint is None or lint.path is None or facts.workspace is None:
        return None
    owner = facts.workspace.owner(lint.path)
    return None if owner is None else _norm(owner)


def _norm(name: str) -> str:
    return name.replace("-", "_")
