"""What every git call has in common: the fixed settings and a whole, small environment."""

import os
from collections.abc import Mapping

_FIXED = {
    "core.hooksPath": os.devnull,  # also those that --no-verify does not stop
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.quotePath": "false",
    "core.trustctime": "true",  # a file changed under its old size and times is still seen
    "core.checkStat": "default",
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "commit.gpgsign": "false",
    "tag.gpgsign": "false",
    "submodule.recurse": "false",
    "merge.directoryRenames": "false",
    "advice.detachedHead": "false",
    "worktree.useRelativePaths": "false",  # workspaces are found by their absolute path
    "safe.directory": "*",  # as root, a workspace belongs to the sandbox's uid
}
_PASSED_ON = (
    "PATH",
    "HOME",
    "XDG_CONFIG_HOME",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "TMPDIR",
)


def git_argv(*args: str, settings: Mapping[str, str] | None = None) -> list[str]:
    """Return the argument list of one git call."""
    pairs = {**_FIXED, **(settings or {})}
    return ["git", "--no-pager", *(part for key, value in pairs.items() for part in ("-c", f"{key}={value}")), *args]


def git_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return git's whole environment: nothing of ours that it does not need, so no key either."""
    env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    env.setdefault("PATH", "/usr/local/bin:/usr/bin:/bin")
    env |= {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_EDITOR": "true",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
    }
    return env | dict(extra or {})
