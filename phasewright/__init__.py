"""phasewright runs a multi-phase plan with agents, and believes only what it can prove."""

import sys
from pathlib import Path

__version__ = "0.1.0"


def project_root() -> Path:
    """Return the folder that holds flows/, tasks/, parsers/ and deployments/, and put it first on `sys.path`.

    That is the checkout's root or, in an installed wheel, the source bundle inside this package: flows are
    deployed from source, so both run the very same files.
    """
    package = Path(__file__).resolve().parent
    root = next(place for place in (package.parent, package / "project") if (place / "flows").is_dir())
    if sys.path[:1] != [str(root)]:
        sys.path.insert(0, str(root))
    return root
