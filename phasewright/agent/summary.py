"""A sub-agent's report: the summary that its orchestrator reads, apart from the details that go to a file."""

import re

SUMMARY_TOKENS = 500
_HEADING = re.compile(r"^#{1,6}[ \t]*(summary|details)\b.*$", re.IGNORECASE | re.MULTILINE)


def split_report(text: str) -> str:
    """Return what stands under "Summary", or the whole text where it has no such parts.

    >>> split_report("### Summary\\nDone.\\n### Details\\nLong.")
    'Done.'
    """
    marks = list(_HEADING.finditer(text))
    for i, mark in enumerate(marks):
        if mark[1].lower() == "summary":
            end = marks[i + 1].start() if i + 1 < len(marks) else len(text)
            return text[mark.end() : end].strip()
    return text[: marks[0].start()].strip() or text.strip() if marks else text.strip()
