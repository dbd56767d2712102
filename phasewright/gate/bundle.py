"""Evidence as one file that can be checked later, offline: any changed byte is noticed."""

import hashlib
import json

from pydantic import ValidationError

from phasewright.errors import CommandFailed
from phasewright.gate.evidence import count
from phasewright.gate.judge import decide
from phasewright.gate.objects import read_tree, tree_digest
from phasewright.git.repository import Repository
from phasewright.result import Evidence, Judgement

_FORMAT = "phasewright evidence 1"


def write_bundle(judgement: Judgement) -> str:
    """Return the evidence of *judgement* as text, with the digest that seals it."""
    evidence = judgement.evidence.model_dump(mode="json")
    sealed = {"format": _FORMAT, "sha256": _digest(evidence), "evidence": evidence}
    return json.dumps(sealed, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read_bundle(text: str) -> tuple[Evidence | None, list[str]]:
    """Return the evidence in *text*, None where there is none, and what is wrong with it.

    Checked are the seal, byte for byte, and that the verdict follows from the findings and the numbers from the tests.
    """
    try:
        sealed = json.loads(text)
        evidence = Evidence.model_validate(sealed["evidence"])
    except (ValueError, KeyError, TypeError, ValidationError):
        return None, ["this is no evidence bundle, or it is damaged"]
    problems = []
    if sealed.get("format") != _FORMAT:
        problems.append(f"the format is {sealed.get('format')!r}, not {_FORMAT!r}")
    if sealed.get("sha256") != _digest(sealed["evidence"]):
        problems.append("the seal does not fit: something in it was changed")
    elif text != json.dumps(sealed, indent=1, sort_keys=True, ensure_ascii=False) + "\n":
        problems.append("the bytes are not as they were written")
    return evidence, problems + _contradictions(evidence)


async def check_commit_of(evidence: Evidence, repo: Repository) -> list[str]:
    """Return what is wrong with *evidence* as evidence about a commit of *repo*."""
    try:
        tree = tree_digest(await read_tree(repo, evidence.candidate_commit))
    except CommandFailed:
        return [f"the commit {evidence.candidate_commit[:12]} is not in {str(repo.root)!r}"]
    if tree != evidence.candidate_tree:
        return [f"the files of {evidence.candidate_commit[:12]} are not the ones that were judged"]
    return []


def _contradictions(evidence: Evidence) -> list[str]:
    problems = []
    verdict = evidence.verdict
    if decide(verdict.findings)[0] != verdict.status:
        problems.append(f"the verdict {verdict.status} does not follow from its findings")
    if (count(evidence.tests_before), count(evidence.tests_after)) != (verdict.tests.before, verdict.tests.after):
        problems.append("the test numbers do not follow from the tests")
    return problems


def _digest(evidence: object) -> str:
    text = json.dumps(evidence, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
