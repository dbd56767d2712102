"""Coverage-guided fuzzing of the plan reader: `make fuzz`.

Any bytes must be read without an exception, in less than 5 s and 300 MB on top of the interpreter, and what can be
run must have an order. The corpus starts with the plans of the tests.
"""

import json
import sys
import tempfile
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# mistune runs, but its branches do not steer: watching them costs more than reading a plan.
with atheris.instrument_imports(include=["parsers", "phasewright"]):
    from parsers.fixes import fixed
    from parsers.plan_json import plan_json
    from parsers.read_plan import parse_plan
    from phasewright.dag import build_dag, find_cycle
    from phasewright.diagnostics import CODES

PLAN = Path("2026-02-01.fuzzed.md")
FIX_ONE_IN = 16
"""Fixing reads a plan again; most cases only read."""


def read(raw: bytes) -> None:
    """Read one case and hold it against what must be true of every plan."""
    plan = parse_plan(raw, path=PLAN)
    for diagnostic in plan.diagnostics:
        assert CODES[diagnostic.code].severity == diagnostic.severity
        assert diagnostic.span.line >= 1 and diagnostic.span.column >= 1
    if not plan.phases:
        assert not plan.is_executable
        return
    json.dumps(plan_json(plan))
    if plan.is_executable:
        dag = build_dag(plan)
        assert not find_cycle({phase.id: dag.all_upstreams(phase.id) for phase in plan.phases})
    if len(raw) % FIX_ONE_IN == 0:
        once = fixed(raw)
        assert fixed(once) == once


def main() -> None:
    """Run libFuzzer with the tests' plans as first corpus; further arguments are libFuzzer's own."""
    with tempfile.TemporaryDirectory(prefix="phasewright-fuzz-") as folder:
        for i, file in enumerate(sorted((ROOT / "tests/plans").rglob("*.md"))):
            (Path(folder) / f"{i}.md").write_bytes(file.read_bytes())
        limits = ["-max_len=16384", "-timeout=5", "-rss_limit_mb=600", f"-dict={ROOT / 'fuzz/plan.dict'}"]
        # libFuzzer's output of a failing case goes where it can be found, not into the checkout.
        atheris.Setup([sys.argv[0], folder, *limits, *sys.argv[1:]], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
