"""What looks bad in a source and is not, seen from the whole commit: data in Rust, default features, own variables."""

import posixpath
import re

from phasewright.gate.change import package_folder
from phasewright.gate.evidence import GateFacts
from phasewright.gate.features import default_features
from phasewright.gate.files_of_tests import is_test_data
from phasewright.result import Finding

_FEATURES = re.compile(r"mod (?P<name>[\w:]+) is compiled only under (?P<gates>(#\[cfg\(feature=\"[^\"]+\"\)\] ?)+)$")


def is_only_data(facts: GateFacts, path: str) -> bool:
    """Return True for a Rust file among the data of tests that no build compiles: what a tool under test reads."""
    if not (facts.comparable and is_test_data(path)):
        return False
    return path not in facts.after.compiled and path not in facts.before.compiled


def is_built_by_default(facts: GateFacts, path: str, found: Finding) -> bool:
    """Return True where *found* is a module behind features that are on unless somebody switches them off."""
    said = _FEATURES.match(found.message) if found.code == "gate-added" else None
    if said is None or not facts.comparable:
        return False
    on = default_features(facts.change.manifests(after=True), package_folder(path, facts.change.head))
    return set(re.findall(r"feature=\"([^\"]+)\"", said["gates"])) <= on and _is_compiled(facts, path, said["name"])


def answered_by_script(facts: GateFacts, path: str) -> frozenset[str]:
    """Return the `env!(…` questions that the build script of the package of *path* answers itself."""
    folder = package_folder(path, facts.change.head)
    script = facts.change.text_after(posixpath.join(folder, "build.rs")) or ""
    names = re.findall(r"cargo:{1,2}rustc-env=(\w+)=", script)
    return frozenset(f'{kind}env!("{name}"' for name in names for kind in ("", "option_"))


def _is_compiled(facts: GateFacts, path: str, module: str) -> bool:
    """Return True where the file of the *module* that *path* declares was built at both commits."""
    stem = path.removesuffix(".rs")
    base = posixpath.dirname(path) if posixpath.basename(stem) in ("lib", "main", "mod") else stem
    place = posixpath.join(base, *module.split("::"))
    both = set(facts.before.compiled) & set(facts.after.compiled)
    return bool(both & {f"{place}.rs", f"{place}/mod.rs"})
