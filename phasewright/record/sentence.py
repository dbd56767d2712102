"""An event as a short sentence for people: the live table, the lines of a run and `status` say the same words."""

from collections.abc import Mapping, Sequence
from typing import Any

from phasewright.clean import clean
from phasewright.record.events import Event


def sentence(event: Event) -> str:
    """Return an event as a short sentence for people."""
    facts = event.facts
    match event.kind:
        case "phase-started":
            return "started"
        case "attempt-started":
            return f"attempt {facts['attempt']}: agents at work"
        case "delegation-started":
            return f"{facts['agent']}: {_short(facts['task'])}"
        case "delegation-ended":
            return f"{facts['agent']} {'done' if facts['status'] == 'done' else 'failed'}"
        case "claimed":
            return f"agents claim: {_short(facts['summary'], 100)}"
        case "verify-started":
            return "the gate judges the candidate commit"
        case "verdict":
            return _verdict(facts["status"], facts.get("codes", []), facts.get("message", ""))
        case "landed":
            return f"landed as {str(facts['commit'])[:10]}"
        case "phase-ended":
            reason = f" ({facts['reason']})" if facts.get("reason") else ""
            return f"{facts['status']}{reason}{': ' + _short(facts['note'], 120) if facts.get('note') else ''}"
        case "status":
            return _status(facts)
    return str(facts.get("text", event.kind))


def _status(facts: Mapping[str, Any]) -> str:
    """Return where a phase stands: what is done, how many delegations of how many have ended, what comes next."""
    if facts.get("issue"):
        return f"{_short(facts['task'])}; issue: {_short(facts['issue'], 120)}"
    counted = f" ({facts['done']}/{facts['total']} tasks)" if facts.get("total") else ""
    return f"{_short(facts['task'])}{counted}" + (f"; next: {facts['next']}" if facts.get("next") else "")


def _verdict(status: str, codes: Sequence[str], message: str) -> str:
    if status == "COMPLETE":
        return "the gate believes it"
    return f"the gate refuses: {status}, {', '.join(dict.fromkeys(codes)) or 'no reason'}" + (
        f" ({_short(message, 100)})" if message else ""
    )


def _short(text: object, length: int = 60) -> str:
    line = " ".join(clean(str(text)).split())
    return line if len(line) <= length else line[: length - 1] + "…"
