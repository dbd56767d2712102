"""`phasewright init`: a plan template and a folder for agents, where they are not there yet."""

from datetime import date
from pathlib import Path

import phasewright
from phasewright.plan_template import PLAN

SHIPPED_AGENTS = Path(phasewright.__file__).parent / "agent" / "agents"


def init(folder: Path = Path(), /, *, name: str = "my-plan") -> int:
    """Write a plan template into .ai/plans, .ai/logs for the logs, and agents into .claude/agents.

    What is there already stays as it is.

    Parameters
    ----------
    folder
        The repository.
    name
        The plan's short name.
    """
    (folder / ".ai/logs").mkdir(parents=True, exist_ok=True)
    plan = folder / ".ai/plans" / f"{date.today():%Y-%m-%d}.{name}.md"  # noqa: DTZ011
    files = {plan: PLAN} | _agents(folder)
    for path, text in files.items():
        if path.exists():
            print(f"kept   {path}")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"wrote  {path}")
    print(f"next: edit {plan}, then phasewright check {plan}")
    return 0


def _agents(folder: Path) -> dict[Path, str]:
    """Return the shipped agent files and where they go."""
    return {
        folder / ".claude/agents" / file.name: file.read_text("utf-8") for file in sorted(SHIPPED_AGENTS.glob("*.md"))
    }
