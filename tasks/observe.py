"""Where a phase's conversations are seen: Prefect's task log, the live table, the details log, the transcripts."""

import logging
from collections.abc import Mapping
from typing import Any

from phasewright.agent.observe import StatusUpdate
from phasewright.plan import Phase
from phasewright.record.transcript import Transcripts
from phasewright.result import Usage
from phasewright.text import quoted
from tasks.paperwork import write_details
from tasks.run import Run


class PhaseObserver:
    """Fans out what one attempt's conversations tell."""

    def __init__(
        self, run: Run, phase: Phase, attempt: int, logger: "logging.Logger | logging.LoggerAdapter[Any]"
    ) -> None:
        self._run = run
        self._phase = phase
        self._attempt = attempt
        self._logger = logger
        self._transcripts = Transcripts(run.places.transcripts(run.id))
        self._usage = self._transcripts.spent(phase.id)
        """The whole phase's, earlier attempts included."""

    def status(self, update: StatusUpdate) -> None:
        """Show where the phase stands: made by code, never by a model."""
        self._logger.info(update.text)
        self._run.story.tell(
            "status",
            self._phase.id,
            task=update.current_task,
            active=list(update.active),
            done=update.done,
            total=update.total,
            next=update.next_action,
            issue=update.issue,
        )
        write_details(self._run, self._phase, None, f"```text\n{update.text}\n```")

    def record(self, conversation: str, record: Mapping[str, Any]) -> None:
        """Keep one line of a conversation's transcript."""
        self._transcripts.write(conversation, record)
        if record["type"] == "try":
            self._usage += Usage.model_validate(record["usage"])
            self._run.story.tell("spent", self._phase.id, usd=self._usage.usd, tokens=self._usage.total_tokens)

    def details(self, heading: str, text: str) -> None:
        """Keep what a sub-agent wrote for the phase's details log."""
        write_details(self._run, self._phase, f"{heading} (attempt {self._attempt})", quoted(text))
