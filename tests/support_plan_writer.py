"""One write into a plan file, as a program that strace can kill: FOLDER holds plan.md and body.

Imports little, so that few system calls are not those of the protocol.
"""

import sys
from pathlib import Path

HEADING = b"## Execution Checkpoints\n\n"


def spliced(text: bytes, body: bytes) -> bytes:
    """Return *text* with *body* as its last section."""
    return text.partition(HEADING)[0] + HEADING + body


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from phasewright.checkpoint.exchange import change_file

    folder = Path(sys.argv[1])
    content = (folder / "body").read_bytes()
    change_file(folder / "plan.md", lambda text: spliced(text, content))
