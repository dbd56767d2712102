"""Do new tests notice functions that merely give back what they are given? A way to empty code beside the plain one."""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence

from phasewright.gate.emptied_code import Files, changed_code
from phasewright.gate.evidence import GateFacts
from phasewright.gate.rust.surgery import Emptying, echoing
from phasewright.toolchain.outcomes import OK

Ask = Callable[[Files, Sequence[str]], Awaitable[dict[str, str] | None]]
"""What tests say with files laid over the candidate; None where that does not build."""
_AS_IT_IS = re.compile(
    r"\bas (it|they) (is|are)\b|\bas is\b|\bunchanged\b|\buntouched\b|\bverbatim\b|\bgives? (it |them |the \w+ )?back\b"
    r"|\breturns? (the |its |their )?(value|input|argument|request|text)\b"
    r"|\bpass(es|ing)?[- ]through\b|\bno-?op\b|\bidentity\b",
    re.IGNORECASE,
)
"""The plan wants a function that changes nothing."""
_MOST = 4
"""More functions than this are not asked one by one."""


async def ask_echoes(ask: Ask, facts: GateFacts, new: list[str]) -> dict[str, str] | None:
    """Return what the *new* tests say where all are content with functions that give back what they are given."""
    files = changed_code(facts, Emptying(plain=True, echo=True))
    if files == changed_code(facts, Emptying(plain=True)) or _means_to_give_back(facts):
        return None
    echoes = list(_echoes(facts))
    said = await ask(files, new)
    if said is None or any(said.get(test) != OK for test in new):
        return None
    # What is packed and unpacked agrees where both give back what they are given; one of them alone does not.
    for path, name in echoes if 1 < len(echoes) <= _MOST else ():
        one = await ask(changed_code(facts, Emptying(plain=True, echo=True, only=name), path), new)
        if one is None or all(one.get(test) == OK for test in new):
            return said
    return None if 1 < len(echoes) <= _MOST else said


def _echoes(facts: GateFacts) -> Iterator[tuple[str, str]]:
    """Yield file and name of each changed function that can give back a parameter."""
    for path in sorted(facts.change.changed):
        after = facts.change.after(path)
        if path.endswith(".rs") and path in facts.after.compiled and after and not facts.material.is_test(path):
            yield from ((path, name) for name in echoing(facts.change.before(path) or b"", after))


def _means_to_give_back(facts: GateFacts) -> bool:
    """Return True where a clause of the plan wants it of every function that could give back a parameter, and does."""
    changed = {path: facts.change.after(path) or b"" for path, _ in _echoes(facts)}
    found = {
        n: does
        for path, after in changed.items()
        for n, does in echoing(facts.change.before(path) or b"", after).items()
    }
    clauses = [one for one in re.split(r"[;\n]|\.\s", facts.phase.text) if _AS_IT_IS.search(one)]
    wanted = frozenset(word for one in clauses for word in re.findall(r"\w+", one))
    return bool(found) and all(does and wanted & set(re.findall(r"\w+", name)) for name, does in found.items())
