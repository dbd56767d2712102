"""Do new files reach the build, and is data that tests read as it was?"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from phasewright.gate.change import is_listed
from phasewright.gate.codes import finding
from phasewright.gate.doubt import severity_of_change
from phasewright.gate.evidence import GateFacts
from phasewright.gate.files_of_tests import is_test_data
from phasewright.gate.objects import REGULAR, shown
from phasewright.gate.rust.scan import scan_rust
from phasewright.plan import Severity
from phasewright.result import Finding

_NO_MODULE = re.compile(r"(^|/)(tests/[^/]+/.+|benches/.+|examples/.+|templates?/.+|build)\.rs$|(^|/)build\.rs$")
_PLATFORM = re.compile(r"target_|windows|unix|feature=|target_os")


def check_reach(facts: GateFacts) -> Iterator[Finding]:
    """Yield new Rust files that nothing compiles, and changed test data that the plan does not list."""
    yield from _uncompiled(facts)
    for path in sorted(facts.change.changed):
        is_data = is_test_data(path) and not path.endswith((".rs", ".toml"))
        if path not in facts.change.base or not (is_data or path in facts.material.data):
            continue
        if not is_listed(path, facts.phase.files):
            said = "data that tests read was changed; if that is wanted, list this file in the plan"
            # A link cannot be put back: where it leads now is all that the probe would see.
            is_file = facts.change.base[path].mode in REGULAR
            severity = severity_of_change(facts, path, None) if is_file else None
            yield finding("test-data-changed", said, path=shown(path), severity=severity)


def _uncompiled(facts: GateFacts) -> Iterator[Finding]:
    if not facts.comparable or not facts.after.compiled:
        return
    folder = facts.after.folder
    for path in facts.change.created():
        inside = not folder or path.startswith(f"{folder}/")
        if not path.endswith(".rs") or not inside or _NO_MODULE.search(path):
            continue
        if path in facts.after.compiled and not _is_only_read(facts, path):
            continue
        promised = is_listed(path, facts.phase.files)
        elsewhere = _declared_for_elsewhere(facts, path)
        severity = None if promised and not elsewhere else Severity.WARNING
        said = "no build of this machine compiles it" if elsewhere else "nothing compiles it: no `mod` line leads to it"
        yield finding("file-not-compiled", said, path=shown(path), severity=severity)


def _is_only_read(facts: GateFacts, path: str) -> bool:
    """Return True where a changed file reads *path* as text, and none has a `mod` line for it."""
    name = PurePosixPath(path).name
    sources = [facts.change.text_after(p) or "" for p in facts.change.changed if p.endswith(".rs")]
    if not any(re.search(rf"include_(str|bytes)!\s*\([^)]*\b{re.escape(name)}\"", text) for text in sources):
        return False
    stem = _module_of(path)
    return not any(
        module.split("::")[-1] == stem for text in sources for module in scan_rust(text.encode()).modules
    ) and not any(re.search(rf"#\[path\s*=\s*\"[^\"]*{re.escape(name)}\"", text) for text in sources)


def _module_of(path: str) -> str:
    """Return the name of the module that a file is."""
    one = PurePosixPath(path)
    return one.parent.name if one.stem == "mod" else one.stem


def _declared_for_elsewhere(facts: GateFacts, path: str) -> bool:
    """Return True where a `mod` line for it stands behind a platform or a feature."""
    name = _module_of(path)
    for other in facts.change.changed:
        content = facts.change.after(other) if other.endswith(".rs") else None
        if content is None:
            continue
        found = scan_rust(content)
        gates = found.module_files.get(PurePosixPath(path).name, ())
        if gates and all(_PLATFORM.search(gate) for gate in gates):
            return True
        for module, cfg in found.modules.items():
            if (
                module.removesuffix(" (2)").split("::")[-1] == name
                and cfg
                and all(_PLATFORM.search(gate) for gate in cfg)
            ):
                return True
    return False
