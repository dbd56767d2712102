"""Where everything that an agent wrote runs: no network, no secrets, nothing writable but its own workspace."""

from phasewright.sandbox.box import AGENT, Limits, Sandbox
from phasewright.sandbox.check import check_sandbox
from phasewright.sandbox.ownership import hand_over
from phasewright.sandbox.run import run_sandboxed

__all__ = ["AGENT", "Limits", "Sandbox", "check_sandbox", "hand_over", "run_sandboxed"]
