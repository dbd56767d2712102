"""How long `phasewright check` takes, against the least that such a program could take.

    python benchmarks/check_speed.py [--rounds N]

Ratios of processor time in one run, both sides in turn, the fastest of each counts: load and speed fall out.
- `check` of a plan of 60 KB, against a process that imports mistune, cyclopts and pydantic's BaseModel (`import
  pydantic` alone loads next to nothing of it) and parses the same text.
- `--help`, against `python -c 'import cyclopts'`.
- Reading 1,000 phases, against four times reading 250: 1.0 is linear.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PHASEWRIGHT = Path(sys.executable).with_name("phasewright")
LEAST = (
    "import sys, cyclopts, mistune; from pydantic import BaseModel; "
    "mistune.create_markdown(renderer='ast', plugins=['table'])(open(sys.argv[1], encoding='utf-8').read())"
)
PHASE = """
### Phase {i}: Count the words of kind {i}

**Principal Owner:** Rust Developer

**Goal:** Words of kind {i} are counted, and the count is right

**Dependencies:** {before}

**Blast Radius:** `cargo test count_{i}` (the new tests)

**Files to create:**

- `src/count/kind_{i}.rs` - the counter of kind {i}, with `Counter` and `count()`

**Technical Details:**

- Use `str::split_whitespace` and a `HashMap<String, usize>`
- Handle empty texts, one word, several lines

```rust
pub fn count_{i}(text: &str) -> usize {{
    text.split_whitespace().filter(|word| word.len() > {i}).count()
}}
```

**Acceptance Criteria:**

- [ ] File `src/count/kind_{i}.rs` exists (>40 lines)
- [ ] `grep "pub fn count_{i}" src/count/kind_{i}.rs` succeeds
- [ ] `cargo test count_{i}` runs 5+ tests
- [ ] Counting is documented

---
"""


def plan_text(phases: int) -> str:
    """Return a plan with so many phases in a row."""
    body = "".join(PHASE.format(i=i, before=f"Phase {i - 1}" if i > 1 else "None") for i in range(1, phases + 1))
    return f"# Counting\n\n**Status:** Reviewed - Ready for Implementation\n\n## Phases\n{body}"


def ratio(ours: list[str], least: list[str], rounds: int) -> tuple[float, float]:
    """Return the fastest time of each side, in seconds. Both have their byte code from a first round."""
    times: tuple[list[float], list[float]] = ([], [])
    with tempfile.TemporaryDirectory() as cache:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = cache
        for _ in range(rounds + 1):
            for command, taken in zip((ours, least), times, strict=True):
                taken.append(_processor_seconds(command, environment))
    return min(times[0][1:]), min(times[1][1:])


def _processor_seconds(command: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def reading(phases: int, rounds: int) -> float:
    """Return the fastest time of reading and ordering a plan of so many phases, in this process."""
    from parsers.read_plan import parse_plan
    from phasewright.dag import build_dag

    text, taken = plan_text(phases), []
    for _ in range(rounds):
        start = time.process_time()
        build_dag(parse_plan(text, path=Path("plan.md"))).critical_path()
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> int:
    """Measure, print a table, and return 1 when a ratio is over its limit."""
    sys.path.insert(0, str(ROOT))
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=15)
    rounds = options.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "2026-02-01.counting.md"
        plan.write_text(plan_text(74), encoding="utf-8")
        least = [sys.executable, "-c", LEAST, str(plan)]
        rows = [
            (
                f"check, {plan.stat().st_size // 1000} KB",
                *ratio([str(PHASEWRIGHT), "check", str(plan)], least, rounds),
                1.5,
            ),
            ("--help", *ratio([str(PHASEWRIGHT), "--help"], [sys.executable, "-c", "import cyclopts"], rounds), 1.5),
            ("1,000 phases", reading(1000, max(2, rounds // 5)), 4 * reading(250, max(2, rounds // 5)), 1.5),
        ]
    print(f"{'':16}{'ours':>10}{'least':>10}{'ratio':>8}{'limit':>8}")
    for name, ours, other, limit in rows:
        print(f"{name:16}{ours * 1000:8.0f} ms{other * 1000:7.0f} ms{ours / other:8.2f}{limit:8.1f}")
    return 1 if any(ours / other > limit for _, ours, other, limit in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
