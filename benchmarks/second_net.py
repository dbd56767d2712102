"""Which attacks does one check alone stop? Each that is refused for one code is judged again without that code.

    python benchmarks/second_net.py [NAME…]

The probes are asked only where nothing else refuses, so what a second net would say is not in the first verdict.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parents[1]), str(Path(__file__).parent)]

# ruff: noqa: E402 (the tests' support is found first)

from attacks import counting_codes, ours
from support_attacks import Case, play, read_cases

from phasewright.gate.checks.all import find_all
from phasewright.gate.evidence import GateFacts
from phasewright.gate.slot import GatePlace
from phasewright.result import Finding


def codes_of(case: Case, folder: Path, place: GatePlace) -> tuple[set[str], set[str]]:
    """Return the codes that refuse *case*, and those that do when the first net, where it is one, is taken away."""
    root = folder / case.name / "agent"
    root.parent.mkdir()
    base, candidate = play(case, root)
    first = set(counting_codes(asyncio.run(ours(case, root, base, candidate, place))))
    if len(first) != 1:
        return first, set()

    def without(facts: GateFacts) -> tuple[Finding, ...]:
        return tuple(found for found in find_all(facts) if found.code not in first)

    with patch("phasewright.gate.gate.find_all", without):
        again = asyncio.run(ours(case, root, base, candidate, place))
    return first, set(counting_codes(again))


def main() -> None:
    several, second, alone = [], [], []
    with tempfile.TemporaryDirectory(prefix="second-net-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for case in read_cases():
            if not case.is_attack or (sys.argv[1:] and case.name not in sys.argv[1:]):
                continue
            # Its own place: what is believed without a net is remembered as good.
            place = GatePlace(folder=folder / "gates", baselines=folder / case.name / "baselines")
            first, then = codes_of(case, folder, place)
            (several if len(first) > 1 else second if then else alone).append(case.name)
            if len(first) == 1:
                print(f"{case.name:34} {' '.join(first):20} then {' '.join(sorted(then)) or 'NOTHING'}", flush=True)
    print(
        f"\n{len(several)} refused by several codes at once, {len(second)} by a second one, {len(alone)} by one alone"
    )


if __name__ == "__main__":
    main()
