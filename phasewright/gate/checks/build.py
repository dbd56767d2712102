"""The build: it must succeed, in time, and leave the sources as they are."""

from collections.abc import Iterator

from phasewright.gate.change import normal_paths
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.facts import SideFacts
from phasewright.plan import Severity
from phasewright.result import Finding

_SHOWN_ERRORS = 10
_MANIFESTS = ("Cargo.toml", "pyproject.toml")


def check_build(facts: GateFacts) -> Iterator[Finding]:
    """Yield the compiler's own errors with their lines, and what a build did to the checkout."""
    before, after = facts.before, facts.after
    if after.folder is None:
        yield from _lost(facts)
        return
    for path in after.touched:
        if path not in before.touched:
            yield finding("checkout-changed", "a build or a test wrote to this file of the repository", path=path)
    if before.folder is not None and not before.built:
        yield finding("baseline-broken", "base does not build; nothing can be compared with it")
    for folder in facts.unbuilt_roots:
        said = "this Cargo root of its own builds neither at base nor now; nothing in it was judged"
        yield finding("baseline-broken", said, path=f"{folder}/Cargo.toml")
    if after.built:
        return
    if after.build_timed_out:
        yield finding("build-deadline", "the build did not end before its deadline")
        return
    if "because --locked was passed" in after.log:
        yield finding("lock-stale", "Cargo.lock does not fit the manifests; run `cargo build` and commit Cargo.lock")
        return
    yield from _errors(after)


def _errors(after: SideFacts) -> Iterator[Finding]:
    for error in after.errors[:_SHOWN_ERRORS]:
        code = f"[{error.code}] " if error.code else ""
        yield finding(
            "build-failed", f"error{code and ''}{code and code.strip()}: {error.text}", path=error.path, line=error.line
        )
    if not after.errors:
        yield finding("build-failed", _reason(after.log) or "the tests do not build")
    elif len(after.errors) > _SHOWN_ERRORS:
        rest = f"{len(after.errors) - _SHOWN_ERRORS} more errors"
        yield finding("build-failed", rest, severity=Severity.INFO)


def _lost(facts: GateFacts) -> Iterator[Finding]:
    """Yield that nothing is left to build, where base had something."""
    folder = facts.before.folder
    if folder is None:
        return
    names = [path for path in facts.change.deleted() if path.rpartition("/")[2] in _MANIFESTS]
    listed = set(normal_paths(facts.phase.files.delete))
    for path in names:
        if path not in listed and not any(path.startswith(f"{one.rstrip('/')}/") for one in listed):
            said = "the manifest is gone, so nothing was built and no test ran; list it for deletion if that is wanted"
            yield finding("manifest-workspace", said, path=path)


def _reason(log: str) -> str:
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    start = next((i for i, line in enumerate(lines) if line.startswith("error")), 0)
    return " ".join(lines[start : start + 6])[:600]
