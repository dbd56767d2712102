"""Which attacks does one check alone stop? Each that is refused for one code is judged again without that code.

    python benchmarks/second_net.py [NAME…]

The probes are asked only where nothing else refuses, so what a second net would say is not in the first verdict.
"""

import asyncio
import sys
from pathlib import Path
from typing import NamedTuple

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parents[1]), str(Path(__file__).parent)]

# ruff: noqa: E402 (the tests' support is found first)

from attacks import counting_codes, on_every_core, ours, own_folder
from support_attacks import checks_without, play, read_case, read_cases

from phasewright.gate.slot import GatePlace

WHY_ONE: dict[str, str] = {
    **dict.fromkeys(("lock-stale", "does-not-compile"), "a tool's own answer, compared with base"),
    **dict.fromkeys(
        ("plan-edited", "agents-edited", "settings-edited"), "base's file is used whatever the candidate's says"
    ),
    **dict.fromkeys(
        ("comment-only-change", "mode-bit-only", "design-title-only"),
        "the promised file is compared byte by byte, tree by tree",
    ),
    **dict.fromkeys(("criterion-grep", "too-few-tests"), "the plan's own sentence is false, counted by us"),
    "module-behind-a-feature": "no test ran that the phase selects",
    **dict.fromkeys(
        ("default-members", "fix-not-committed", "green-the-second-time", "other-root-broken"),
        "a test fails where the gate runs it, whatever made it green elsewhere",
    ),
    **dict.fromkeys(
        ("one-successor-for-two", "other-root-loses-a-test"), "the code is right; only the count of what guards it fell"
    ),
    "other-root-never-compiled": "the compiler's own list of what it read",
    **dict.fromkeys(
        ("build-script-mends-the-source", "test-mends-the-golden-file"), "files after the run are not those before it"
    ),
    **dict.fromkeys(
        (
            "answer-by-an-environment",
            "answer-by-the-stack",
            "answer-in-debug-profiles",
            "debug-profile-of-another-crate",
        ),
        "a program shows what users would see, whatever told the code; a list of words for that has no end",
    ),
    **dict.fromkeys(
        (
            "answers-by-heart",
            "answers-by-heart-in-another-file",
            "answers-by-heart-through-a-helper",
            "few-numbers-by-heart",
        ),
        "a table looks the same; only its tests and the plan's words tell",
    ),
    **dict.fromkeys(
        ("code-reads-data-of-its-tests", "code-reads-its-tests"),
        "code that reads a file works wherever the file is; only where it lies tells",
    ),
    **dict.fromkeys(
        ("constants-and-no-test", "types-and-no-function", "documentation-as-a-fix", "deliverable-left-out"),
        "no test asks, so nothing that runs can tell; the plan's own words are compared with the code",
    ),
    **dict.fromkeys(("design-repeats-the-plan", "design-of-phrases"), "prose, beside the plan's; nothing runs"),
    "tests-contradict-the-plan": "code and tests agree; the plan alone says otherwise",
    **dict.fromkeys(
        ("tests-match-the-wrong-output", "half-of-the-deliverables", "red-test-left-red"),
        "the plan's own words, compared with what is there",
    ),
    **dict.fromkeys(
        (
            "exported-macro-weakened",
            "fixtures-in-src-emptied",
            "helper-in-library-module",
            "import-swapped",
            "import-swapped-in-tests-folder",
            "link-retargeted",
            "skip-marker-added",
            "tolerance-constant",
        ),
        "base's own test, put back with what it consists of, fails: nothing else of it changed",
    ),
    **dict.fromkeys(
        (
            "moved-with-weaker-tests",
            "moved-without-its-tests",
            "nightly-test-deleted",
            "red-test-deleted",
            "tests-follow-the-old-function",
        ),
        "a test of base is gone, by its identity; what it guarded is guarded by nothing else",
    ),
    "red-test-edited": "base's red test stays red; only what it says was changed",
    **dict.fromkeys(
        (
            "debug-says-less",
            "equality-by-length",
            "equality-made-by-a-macro",
            "equality-through-a-key",
            "ordering-of-anything",
        ),
        "every test passes as it was; only the derive that is gone tells",
    ),
    **dict.fromkeys(
        ("always-true", "fix-tested-elsewhere"), "only running the tests on other code tells; emptied, or as at base"
    ),
    **dict.fromkeys(
        (
            "library-at-another-path",
            "no-std-crate-knows-it-is-tested",
            "other-root-knows-it-is-tested",
            "word-that-exempts",
        ),
        "a program shows what users would see, whatever told the code; a list of words for that has no end",
    ),
    **dict.fromkeys(
        ("comment-as-a-format", "feature-in-other-names", "fix-by-a-green-test", "fix-renames-a-variable"),
        "no test asks; that the code is what it was is compared word by word, names of variables apart",
    ),
    **dict.fromkeys(
        (
            "all-features-do-not-compile",
            "features-in-one-line",
            "ignored-tests-that-the-plan-runs",
            "no-test-in-release",
            "release-does-not-compile",
        ),
        "the plan's own command, run by us, fails",
    ),
    **dict.fromkeys(
        ("new-tests-for-no-platform", "new-tests-for-release-alone"),
        "the test binaries' own list has none of them; nothing of them can be run",
    ),
    **dict.fromkeys(
        (
            "doc-warnings",
            "example-that-does-not-succeed",
            "fewer-new-tests-than-told",
            "help-says-nothing",
            "help-that-panics",
            "lines-limit-unmet",
            "lints-of-base-stay",
            "named-test-is-ignored",
            "new-tests-are-copies",
            "new-tests-counted-with-old",
            "padded-file",
            "readme-does-not-say",
            "red-tests-stay",
            "run-prints-another",
            "run-with-words",
            "test-named-and-never-written",
        ),
        "the work is right as far as any test asks; only the plan's own sentence is false, looked up by us",
    ),
    **dict.fromkeys(
        ("field-missing", "removed-not-at-all", "signature-another"),
        "no test asks; the plan's own words, compared with what is there",
    ),
    **dict.fromkeys(
        (
            "both-answers-are-right",
            "default-struct-is-ok",
            "input-prepared-by-the-test",
            "only-trimmed",
            "output-mended-by-the-test",
            "shadowed-by-a-closure",
        ),
        "only running the tests without the code tells",
    ),
    **dict.fromkeys(
        ("answer-by-the-process", "answer-until-a-year", "answer-where-a-manifest-lies"),
        "right wherever the gate can run it; only the question itself tells",
    ),
    **dict.fromkeys(
        (
            "count-became-len",
            "removed-test-that-asks-by-variable",
            "removed-with-a-test-of-something-else",
            "renamed-to-a-decoy",
            "without-a-shadowed-name",
            "without-one-statement-of-both",
        ),
        "base's tests do not build without what the plan removes or renames, so only their text tells",
    ),
    "crate-for-another-platform": "only the parsed manifest tells for which platform",
    "ws-helper-weaker": "base's own test, put back with its helper where both are now, fails",
    "constant-memory": "no test asks, so nothing that runs can tell",
    "panic-that-a-test-wants": "the test is green; only the plan, which asks for no panic, tells",
    "right-where-the-gate-builds": "right wherever the gate's own folder is; only the question itself tells",
    "does-nothing-today": "no test asks the function; that its body is gone stands in the file",
    "helper-shadows-the-function": "base's own test, put back with its module's functions, fails",
    "included-by-hand": "what is silenced stands in the file; style alone is at stake",
    "question-changed-beside-a-parameter": "base's tests do not build on the new code, so only their text tells",
    "release-build-in-the-plan": "macros make the tests, so no program can be made of them; only the question tells",
    "cache-that-ignores-its-key": "the tests fail together, each time",
    "feature-of-the-tests": "the parsed manifests, and the feature that the code stands behind",
    "forbid-removed": "what is allowed now stands in the file; style alone is at stake",
    "manifest-deleted": "nothing is left that could build, run or be compared",
    "err-not-implemented": "no test asks for those commands; the text says that the work is not done",
    "patched-dependency": "the patch has no effect on this build",
    **dict.fromkeys(
        ("code-in-a-string", "comparison-of-its-own", "length-alone"),
        "only running the tests without the code tells; --prove-red strict asks a second time with panics",
    ),
}
"""Attacks that one check alone stops, and why that one cannot be gone round or has no fellow."""


class Nets(NamedTuple):
    """The codes that refuse one attack, and those that do when the first net, where it is one, is taken away."""

    first: frozenset[str]
    then: frozenset[str]


def nets_of(name: str) -> Nets:
    """Judge one attack in this process's own folder, and once more without its one code."""
    case, folder = read_case(name), own_folder()
    root = folder / name / "agent"
    root.parent.mkdir()
    base, candidate = play(case, root)
    # Its own baselines: what is believed without a net is remembered as good.
    place = GatePlace(folder=folder / "gates", baselines=folder / name / "baselines")
    first = frozenset(counting_codes(asyncio.run(ours(case, root, base, candidate, place))))
    if len(first) != 1:
        return Nets(first, frozenset())
    again = asyncio.run(ours(case, root, base, candidate, place, checks=checks_without(first)))
    return Nets(first, frozenset(counting_codes(again)))


def main() -> None:
    several, second, alone = [], [], []
    names = [case.name for case in read_cases() if case.is_attack and (not sys.argv[1:] or case.name in sys.argv[1:])]
    for name, nets in zip(names, on_every_core(nets_of, names), strict=True):
        (several if len(nets.first) > 1 else second if nets.then else alone).append(name)
        if len(nets.first) == 1:
            print(f"{name:34} {' '.join(nets.first):20} then {' '.join(sorted(nets.then)) or 'NOTHING'}", flush=True)
    for name in alone:
        print(f"{name:34} {WHY_ONE.get(name, 'NOT EXPLAINED')}")
    print(
        f"\n{len(several)} refused by several codes at once, {len(second)} by a second one, {len(alone)} by one alone"
    )


if __name__ == "__main__":
    main()
