"""Names that a phase promises, and whether the candidate has them at all."""

import re
from collections.abc import Iterator

from phasewright.gate.change import normal_path, normal_paths
from phasewright.git.command import git
from phasewright.git.repository import Repository
from phasewright.plan import Phase, PhaseKind

_NOTE = re.compile(r"^\s*[-*+]\s+(?:\[.\]\s+)?`([^`]+)`\s*[-–—:(]+\s*(.+)$")
_SPAN = re.compile(r"`([^`\n]+)`")
_OTHERWISE = re.compile(
    r"\b(remov\w*|delet\w*|drop\w*|renam\w*|replac\w*|instead|no|not|never|without|deprecat\w*|or|e\.g\.|like|such"
    r"|similar\w*|former\w*|optional\w*|if|may|could|might|unlike|than|was|were|from|follow\w*|see|as|becomes?|where)\b",
    re.IGNORECASE,
)
"""What is not simply promised."""
_CALL = re.compile(
    r"(?:pub(?:\(\w+\))? )?(?:async )?(?:const )?(?:unsafe )?(?:fn )?(?:\w+(?:::|\.))*([a-z_]\w*)\(.*\).*"
)
_ITEM = re.compile(r"(?:pub )?(?:fn|struct|enum|trait|type|const|static|macro_rules!) (\w+).*")
_PATH = re.compile(r"(?:\w+::)+(\w+)")
_WORD = re.compile(r"[a-z]\w*_\w+|(?:[A-Z][a-z0-9]+){2,}")
_OF_STD = re.compile(r"(Hash|BTree)(Map|Set)|Vec(Deque)?|(Ref)?Cell|RwLock|(Once|Lazy)(Lock|Cell)|(Into)?Iterator")
"""What an author may have chosen otherwise."""


def promised_names(phase: Phase) -> frozenset[str]:
    """Return the names of functions and types, marked as code, in deliverables and beside files to write. Pure."""
    if phase.kind != PhaseKind.IMPLEMENTATION:
        return frozenset()
    texts = [text for text in (*phase.deliverables, *_notes(phase)) if not _OTHERWISE.search(_SPAN.sub("", text))]
    return frozenset(name for text in texts for span in _SPAN.findall(text) if (name := _name(span.strip())))


async def missing_names(repo: Repository, candidate: str, phase: Phase) -> tuple[str, ...]:
    """Return the promised names that stand nowhere in *candidate*, plans apart."""
    promised = promised_names(phase)
    if not promised:
        return ()
    wanted = [word for name in sorted(promised) for word in ("-e", name)]
    found = await git(repo, "grep", "-h", "-o", "-w", "-F", *wanted, candidate, "--", ".", ":(exclude).ai", ok=(0, 1))
    return tuple(sorted(promised - set(found.split())))


def _notes(phase: Phase) -> Iterator[str]:
    written = set(normal_paths([*phase.files.create, *phase.files.modify]))
    for line in phase.text.splitlines():
        said = _NOTE.match(line)
        if said is not None and normal_path(said[1]) in written:
            yield said[2]


def _name(span: str) -> str | None:
    for pattern in (_ITEM, _CALL, _PATH, _WORD):
        found = pattern.fullmatch(span)
        if found is not None:
            name = found[found.lastindex or 0]
            return None if _OF_STD.fullmatch(name) else name
    return None
