"""The plan as agents get it: their phase alone, in at most 1,000 tokens, with where the rest can be read."""

from phasewright.agent.job import PhaseJob
from phasewright.text import cut_to_tokens

SLICE_TOKENS = 1000


def phase_slice(job: PhaseJob) -> str:
    """Return the phase's text as a quoted part of a message."""
    pointer = f"\n[cut here; read_file {job.plan_path} shows all of this phase]"
    room = SLICE_TOKENS - 20
    return f"<phase>\n{cut_to_tokens(job.phase.text.strip(), room, pointer)}\n</phase>"
