"""New code that is there, or is right, only where a feature is on that dev-dependencies alone turn on."""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator

from phasewright.gate.change import is_listed
from phasewright.gate.codes import finding
from phasewright.gate.evidence import GateFacts
from phasewright.gate.features import Feature, features_of_tests
from phasewright.gate.files_of_tests import is_test_file
from phasewright.gate.objects import shown
from phasewright.gate.rust.gated import gates
from phasewright.result import Finding

_NOT_FOR_USERS = re.compile(r"(^|/)(examples/.+|build)\.rs$")


def check_features(facts: GateFacts) -> Iterator[Finding]:
    """Yield changed code that asks for a feature which tests have, users have not, and the plan does not name."""
    change, manifests = facts.change, facts.change.manifests(after=True)
    if not any("dev-dependencies" in text or "dev_dependencies" in text for text in manifests.values()):
        return
    trusted = [path for path in manifests if path in change.base or is_listed(path, facts.phase.files)]
    known, now = features_of_tests(change.manifests()), features_of_tests(manifests, trusted)
    folders = {posixpath.dirname(path) for path in manifests}
    sources = [path for path in sorted(change.changed) if path.endswith(".rs") and not _is_no_users(path)]
    asked = {path: gates(change.before(path) or b"") for path in sources}
    asks = {path: gates(change.after(path) or b"") for path in sources}
    moved = sum((asked[path] - asks[path] for path in sources), Counter[tuple[str, str]]())
    for path in sources:
        owner = _owner(path, folders)
        for how, name in sorted((asks[path] - asked[path] - moved).keys()):
            one = Feature(owner, name)
            # What stands behind a feature that tests had before is theirs to test; a branch beside it is not.
            if one in now and (one not in known or how == "cfg!") and not _names(facts.phase.text, name):
                said = f"feature {name!r} is on in tests alone, by a dev-dependency, and code asks for it"
                yield finding("manifest-features", f"{said}: name the feature in the plan", path=shown(path))


def _is_no_users(path: str) -> bool:
    return is_test_file(path) or _NOT_FOR_USERS.search(path) is not None


def _owner(path: str, folders: set[str]) -> str:
    return max((one for one in folders if not one or path.startswith(f"{one}/")), key=len, default="")


def _names(text: str, feature: str) -> bool:
    """Return True where a line of the plan speaks of features, and of this one."""
    word = re.compile(rf"(?<![\w-]){re.escape(feature)}(?![\w-])")
    return any(re.search(r"\bfeatures?\b", line, re.IGNORECASE) and word.search(line) for line in text.splitlines())
