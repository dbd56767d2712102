"""Doc tests: they have no executable before they run, so their report is read from rustdoc's lines."""

import re
from collections.abc import Iterator, Sequence

from phasewright.cargo.bench import CargoBench
from phasewright.toolchain.bench import JSON_BYTES
from phasewright.toolchain.outcomes import COMPILED, FAILED, OK, QUIET, Identity, TestOutcomes

_CRATE = re.compile(r"\s+Doc-tests (\S+)")
_TEST = re.compile(r"test (.+?) - (.*?)\s*\(line (\d+)\)(?: - ([\w ]+))? \.\.\. (\w+)")
_OUTPUT_CHARS = 1500


async def run_doc_tests(bench: CargoBench, packages: Sequence[str] | None, *, deadline_seconds: float) -> TestOutcomes:
    """Return the outcomes of the doc tests of the workspace, or of *packages* (those must have a library)."""
    what = ["--workspace"] if packages is None else [word for name in packages for word in ("-p", name)]
    argv = [bench.toolchain.program("cargo"), "test", *what, "--doc", "--no-fail-fast", *bench.locked]
    done = await bench.execute(argv, deadline_seconds=deadline_seconds, keep_bytes=JSON_BYTES)
    report = read_doc_report(done.text, done.exit_code, done.timed_out)
    # rustdoc writes paths from the workspace's root.
    prefix = f"{bench.folder}/" if bench.folder else ""
    return report.model_copy(update={"places": {test: f"{prefix}{place}" for test, place in report.places.items()}})


def read_doc_report(text: str, exit_code: int | None, timed_out: bool) -> TestOutcomes:
    """Return what rustdoc's lines say. The line number is no part of an identity: an edit above would move it.

    Examples of one item are numbered as they stand in the file. Rustdoc tells them by name, so line 99 after line 100.
    """
    outcomes: dict[str, str] = {}
    places: dict[str, str] = {}
    seen: dict[tuple[str, str, str], int] = {}
    for crate, path, item, line, kind, word in sorted(_told(text)):
        key = (crate, path, item)
        seen[key] = seen.get(key, 0) + 1
        identity = str(Identity(crate, "doc", path, f"{item}#{seen[key]}"))
        said = {"FAILED": FAILED}.get(word, word)
        outcomes[identity] = COMPILED if said == OK and kind == "compile" else said
        places[identity] = f"{path}:{line}"
    failures = {name: _failure(text, name) for name, outcome in outcomes.items() if outcome == FAILED}
    return TestOutcomes(
        outcomes={name: outcome if outcome in (*QUIET, FAILED) else "lost" for name, outcome in outcomes.items()},
        places=places,
        failures=failures,
        broken=_contradictions(text, exit_code, timed_out, bool(failures)),
        hung=("doc tests",) if timed_out else (),
    )


def _told(text: str) -> Iterator[tuple[str, str, str, int, str, str]]:
    """Yield crate, path, item, line, kind and outcome of each example, in the order of the output."""
    crate = ""
    for line in text.splitlines():
        if at := _CRATE.match(line):
            crate = at[1]
        elif test := _TEST.match(line):
            yield crate, test[1], _without_generics(test[2]), int(test[3]), test[4] or "", test[5]


def _without_generics(item: str) -> str:
    """Return an item's path without type parameters: their names are no part of what it is."""
    while True:
        shorter = re.sub(r"<[^<>]*>", "", item)
        if shorter == item:
            return item
        item = shorter


def _contradictions(text: str, exit_code: int | None, timed_out: bool, failed: bool) -> tuple[str, ...]:
    if timed_out or exit_code == 0 or failed:
        return ()
    if "no library targets found" in text:
        return ()
    reason = next((line for line in text.splitlines() if line.startswith("error")), f"ended with {exit_code}")
    return (f"doc tests failed without naming a test: {reason}",)


def _failure(text: str, identity: str) -> str:
    test = Identity.read(identity)
    last = test.test.rpartition("#")[0].rpartition("::")[2]
    block = re.search(rf"^---- {re.escape(test.target)} - [^\n]*{re.escape(last)}", text, re.MULTILINE)
    at = block.start() if block else -1
    return text[at : at + _OUTPUT_CHARS] if at >= 0 else ""
