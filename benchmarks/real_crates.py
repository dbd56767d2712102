"""Neighbouring published versions of well-known crates as base and candidate: what would the gate have said?

    python benchmarks/real_crates.py [NAME…]

The sources come through cargo's own registry cache. The phase promises the files that the release changed, and nothing
else; so every refusal is either right (the release removed or changed tests without a plan that says so, or broke
something) or a false alarm. Each refusal is explained below; one that is not, or whose codes have changed, says so.
"""

# ruff: noqa: E402 (the tests' support is found first)

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parents[1])]

from support_crates import git

from phasewright.gate.codes import Weight, weight_of
from phasewright.gate.facts import GateSettings
from phasewright.gate.gate import judge_commits
from phasewright.gate.slot import GatePlace
from phasewright.git.repository import find_repository
from phasewright.plan import FileChanges, Phase

PAIRS = {
    "itoa": ("1.0.10", "1.0.11"),
    "hex": ("0.4.2", "0.4.3"),
    "scopeguard": ("1.1.0", "1.2.0"),
    "either": ("1.12.0", "1.13.0"),
    "strsim": ("0.10.0", "0.11.0"),
    "heck": ("0.4.1", "0.5.0"),
    "humantime": ("2.1.0", "2.2.0"),
    "smallvec": ("1.13.1", "1.13.2"),
    "semver": ("1.0.22", "1.0.23"),
    "fastrand": ("2.1.0", "2.1.1"),
    "arrayvec": ("0.7.4", "0.7.6"),
    "base64": ("0.21.6", "0.21.7"),
    "cfg-if": ("1.0.0", "1.0.1"),
    "unicode-width": ("0.1.12", "0.1.13"),
    "percent-encoding": ("2.3.0", "2.3.1"),
    "matchers": ("0.1.0", "0.2.0"),
    "byteorder": ("1.4.3", "1.5.0"),
    "textwrap": ("0.16.0", "0.16.1"),
    "bitflags": ("2.5.0", "2.6.0"),
    "csv-core": ("0.1.10", "0.1.11"),
    "fnv": ("1.0.6", "1.0.7"),
    "glob": ("0.3.1", "0.3.2"),
    "indexmap": ("2.2.5", "2.2.6"),
    "lru": ("0.12.2", "0.12.3"),
    "ryu": ("1.0.17", "1.0.18"),
    "same-file": ("1.0.5", "1.0.6"),
    "shlex": ("1.2.0", "1.3.0"),
    "slab": ("0.4.8", "0.4.9"),
    "static_assertions": ("1.0.0", "1.1.0"),
    "unicode-segmentation": ("1.10.1", "1.11.0"),
    "unicode-xid": ("0.2.4", "0.2.5"),
    "walkdir": ("2.4.0", "2.5.0"),
}

EXPLAINED: dict[str, tuple[set[str], str]] = {
    "hex": (
        {"doc-test-changed", "lint"},
        "the example of the serde module was rewritten, and a new attribute names a lint that compilers have renamed",
    ),
    "strsim": (
        {"assert-changed", "base-test-fails", "doc-test-changed", "lint", "lint-silenced"},
        "jaro_winkler answers otherwise: its tests and its example were changed with it; lints are silenced crate-wide",
    ),
    "heck": (
        {"lint"},
        "the feature `unicode` is gone and src/train.rs still asks for it; a doc list lost its indentation",
    ),
    "humantime": (
        {"test-body-changed", "test-helper-changed"},
        "tests were rewritten for a newer `rand`, and base's do not build with it: the plan would have to name them",
    ),
    "semver": ({"file-unchanged"}, "a change of src/identifier.rs is promised; one word of a comment in it changed"),
    "arrayvec": ({"unformatted"}, "tests/borsh.rs is new and not formatted"),
    "base64": ({"build-failed"}, "it denies warnings that today's compiler has more of: neither release builds"),
    "unicode-width": (
        {"assert-changed", "lint"},
        "assertions were rewritten for methods of a new trait, base's do not build; two doc lists are indented oddly",
    ),
    "matchers": ({"lint"}, "two functions return a very large error now"),
    "textwrap": (
        {"test-vanished", "unformatted"},
        "lib.rs was split: three tests and one example were rewritten on the way and are not the old ones anywhere",
    ),
    "glob": ({"lint", "unformatted"}, "the new tests are not formatted, and one formats what `to_string` made"),
    "ryu": ({"lint-silenced"}, "a lint is silenced for the whole crate"),
    "shlex": (
        {"assert-changed", "base-test-fails", "doc-test-changed", "lint", "unformatted"},
        "it quotes otherwise: tests and the example were changed with it; a text that is compiled is not formatted",
    ),
    "unicode-segmentation": (
        {"base-test-fails", "test-body-changed"},
        "a new Unicode breaks some cases, and the test goes round them (`continue; // TODO: fix these`)",
    ),
    "unicode-xid": ({"file-unchanged"}, "a change of src/tests.rs is promised; only white space in it changed"),
}
"""Crate → the codes that its release is refused for, and why that is right."""


def fetch(folder: Path, name: str, version: str) -> Path:
    """Return where cargo keeps the sources of one published crate."""
    asks = folder / "fetch"
    shutil.rmtree(asks, ignore_errors=True)
    (asks / "src").mkdir(parents=True)
    (asks / "src/lib.rs").write_text("")
    manifest = (
        f'[package]\nname = "asks"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n{name} = "={version}"\n'
    )
    (asks / "Cargo.toml").write_text(manifest)
    subprocess.run(["cargo", "fetch"], cwd=asks, check=True, capture_output=True)
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    return next((home / "registry/src").glob(f"*/{name}-{version}"))


def put(root: Path, source: Path, message: str) -> str:
    """Commit the published files of *source* as the whole tree, and return the commit."""
    for old in root.iterdir():
        if old.name != ".git":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    ignore = shutil.ignore_patterns(
        ".cargo-ok", ".cargo_vcs_info.json", "Cargo.toml.orig", "Cargo.lock", ".git*", ".github"
    )
    # Published files have one time and often one size: with their times, git would take one version for the other.
    shutil.copytree(source, root, dirs_exist_ok=True, ignore=ignore, copy_function=shutil.copyfile)
    (root / ".gitignore").write_text("/target\nCargo.lock\n")
    subprocess.run(["cargo", "fetch"], cwd=root, check=True, capture_output=True)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message)
    return git(root, "rev-parse", "HEAD")


def phase_between(root: Path, base: str, head: str) -> Phase:
    rows = [row.split("\t") for row in git(root, "diff", "--name-status", "--no-renames", base, head).splitlines()]
    of = {mark: tuple(row[1] for row in rows if row[0] == mark) for mark in "AMD"}
    return Phase(id="1", name="release", line=1, files=FileChanges(create=of["A"], modify=of["M"], delete=of["D"]))


async def judge(folder: Path, name: str, old: str, new: str) -> str:
    """Return "complete", "refused" (and explained) or "not explained"."""
    root = folder / name
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    base = put(root, fetch(folder, name, old), old)
    head = put(root, fetch(folder, name, new), new)
    start = time.monotonic()
    place = GatePlace(folder=folder / "gates" / name, baselines=folder / "baselines" / name)
    repo = await find_repository(root)
    judgement = await judge_commits(
        repo, phase_between(root, base, head), base, head, place=place, settings=GateSettings()
    )
    verdict = judgement.verdict
    tests = f"{verdict.tests.before.passed} -> {verdict.tests.after.passed} tests"
    print(f"{name} {old} -> {new}: {verdict.status}, {tests}, {time.monotonic() - start:.0f} s", flush=True)
    against = [found for found in verdict.findings if weight_of(found) is not Weight.NONE]
    shutil.rmtree(place.folder, ignore_errors=True)
    if not against:
        return "complete"
    codes, why = EXPLAINED.get(name, (set(), ""))
    if codes == {found.code for found in against}:
        print(f"    {', '.join(sorted(codes))}: {why}", flush=True)
        return "refused"
    print("    NOT EXPLAINED", flush=True)
    for found in against:
        print(f"    {found.code} {found.path}:{found.line} {found.message[:180]}", flush=True)
    return "not explained"


def main() -> None:
    names = sys.argv[1:] or list(PAIRS)
    with tempfile.TemporaryDirectory(prefix="crates-") as folder:
        Path(folder).chmod(0o755)
        said: Counter[str] = Counter()
        for name in names:
            try:
                said[asyncio.run(judge(Path(folder), name, *PAIRS[name]))] += 1
            except (subprocess.CalledProcessError, StopIteration) as problem:
                print(f"{name}: could not be fetched: {problem}", flush=True)
        print(
            f"\n{said.total()} releases: {said['complete']} complete, {said['refused']} refused rightly,"
            f" {said['not explained']} not explained"
        )


if __name__ == "__main__":
    main()
