"""As root, the sandbox's own tests once more as an ordinary user: another way of building it, the same walls.

The basics here; `make torture` adds every way out and what git does with an agent's files.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from support_sandbox import rust_sysroot

from phasewright import project_root

ORDINARY_ID = 60_986
SAMPLE = ["tests/test_sandbox.py"]
WHOLE = [*SAMPLE, "tests/test_sandbox_escapes.py", "tests/test_sandbox_killed.py", "tests/test_git_candidate.py"]
STAGE = """
set -e
stage="$1"; shift
n=0; for path in $NEEDED; do mkdir "$stage/$n"; mount --rbind "$path" "$stage/$n"; n=$((n + 1)); done
for top in $CLOSED; do mount -t tmpfs -o mode=0755 opened "$top"; done
n=0
for path in $NEEDED; do
  [ -d "$path" ] || { mkdir -p "$path"; mount --rbind "$stage/$n" "$path"; }
  n=$((n + 1))
done
exec "$@"
"""


def closed_tops(paths: list[Path]) -> list[str]:
    """Return the outermost folders above *paths* that others may not enter."""
    ways = ([*reversed(path.parents), path] for path in paths)
    tops = (next((folder for folder in way if folder.stat().st_mode & 0o005 != 0o005), None) for way in ways)
    return sorted({str(top) for top in tops if top})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.timeout(900)
def test_sandbox_holds_for_an_ordinary_user() -> None:
    needed = [Path(sys.base_prefix), project_root(), rust_sysroot()]
    with tempfile.TemporaryDirectory(dir="/tmp") as stage, tempfile.TemporaryDirectory(dir="/tmp") as home:
        os.chown(home, ORDINARY_ID, ORDINARY_ID)
        Path(stage).chmod(0o755)
        done = subprocess.run(
            [
                *("unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", STAGE, "stage", stage),
                *(
                    "setpriv",
                    f"--reuid={ORDINARY_ID}",
                    f"--regid={ORDINARY_ID}",
                    "--clear-groups",
                    "--inh-caps=-all",
                    "--",
                ),
                *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
                *(WHOLE if os.environ.get("PHASEWRIGHT_TORTURE_EVERY") == "1" else SAMPLE),
            ],
            cwd=project_root(),
            env={
                "PATH": f"{rust_sysroot()}/bin:/usr/local/bin:/usr/bin:/bin",
                "HOME": home,
                "TMPDIR": home,
                "PYTHONDONTWRITEBYTECODE": "1",
                "NEEDED": " ".join(map(str, needed)),
                "CLOSED": " ".join(closed_tops(needed)),
                **{k: v for k, v in os.environ.items() if k.startswith("PHASEWRIGHT_")},
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=800,
        )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout
