"""Code that reads the files of its tests: it may find its answers there."""

from collections.abc import Iterator

from phasewright.gate.change import package_folder
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import is_test_file, test_kits
from phasewright.gate.modules_of_tests import is_for_tests
from phasewright.gate.objects import Tree, shown
from phasewright.gate.rust.names_tests import holds_tests, names_tests
from phasewright.plan import Severity
from phasewright.result import Finding
from phasewright.toolchain.outcomes import Identity


def check_reads_tests(facts: GateFacts) -> Iterator[Finding]:
    """Yield the files of tests, and folders of such, that code names now and did not at base."""
    change = facts.change
    before = {
        named
        for path in change.changed
        if (content := change.before(path)) is not None
        for named, _ in _named(facts, path, content, change.base)
    }
    for path in sorted(change.changed):
        content = change.after(path)
        named = _named(facts, path, content, change.head) if content is not None else ()
        for place, line in sorted(dict(named).items()):
            if place not in before:
                said = f"code reads {place}, which tests are made of: it may find there what it is asked for"
                severity = _severity(facts, path)
                yield finding("reads-the-tests", said, path=shown(path), line=line, severity=severity)


def _named(facts: GateFacts, path: str, content: bytes, tree: Tree) -> Iterator[tuple[str, int]]:
    """Yield what the code of a file names of tests, with the line."""
    folder = package_folder(path, tree)
    rest = path.removeprefix(f"{folder}/") if folder else path
    if not path.endswith(".rs") or is_for_tests(facts.change, path) or rest.startswith("examples/"):
        return
    if any(path.startswith(kit) for kit in test_kits(facts.change)):
        return
    for place, line in names_tests(content, path, folder, tree):
        source = facts.change.after(place) if place.endswith(".rs") and not is_test_file(place) else None
        if is_test_file(place) or is_test_file(f"{place}/") or (source is not None and holds_tests(source)):
            yield place, line


def _severity(facts: GateFacts, path: str) -> Severity | None:
    """A build script often makes tests of files, and a tool that no test runs may work on them: such are told."""
    if path.rpartition("/")[2] == "build.rs":
        return None if _includes_output(facts) else Severity.WARNING
    users = facts.after.workspace.affected_by([path]) if facts.after.workspace is not None else None
    tested = {Identity.read(test).package for test in facts.after.tests.outcomes}
    return None if users is None or tested & set(users) else Severity.WARNING


def _includes_output(facts: GateFacts) -> bool:
    """Return True where changed code, that is no test, takes in what a build script wrote."""
    sources = [facts.change.text_after(path) or "" for path in facts.change.changed if path.endswith(".rs")]
    return any("OUT_DIR" in text.partition("#[cfg(test)]")[0] and "include" in text for text in sources)
