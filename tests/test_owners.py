"""Owners: which agent files they mean, and what is said where there is none."""

from pathlib import Path

import pytest
from support_plans import found, phase_text, place, plan_of

from parsers.owners import agent_names, known_agents


@pytest.mark.parametrize(("owner", "names"), [
    ("Rust Developer", ("rust-developer",)),
    ("`rust-developer`", ("rust-developer",)),
    ("rust_developer", ("rust-developer",)),
    ("Feature Tester (Rust)", ("feature-tester-rust", "feature-tester", "rust")),
    ("  SCHEMA   Architect ", ("schema-architect",)),
    ("", ()),
])  # fmt: skip
def test_an_owner_means_agents_by_name(owner: str, names: tuple[str, ...]) -> None:
    assert names == agent_names(owner)


@pytest.mark.parametrize("value", ["None", "None (orchestrator)", "-", "N/A", "TBD"])
def test_nobody_is_no_owner(value: str) -> None:
    plan = plan_of(phase_text(f"**Principal Owner:** {value}"))

    assert plan.phases[0].owner is None
    assert [(3, 1)] == [place(note) for note in found(plan, "missing-owner")]


def test_agents_of_the_repository_and_of_the_user_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, repository = tmp_path / "home", tmp_path / "repo"
    monkeypatch.setenv("HOME", str(home))
    for folder, name, text in [
        (repository, "word-counter", "---\ndescription: x\nname: Word Counting Expert\n---\nYou count.\n"),
        (home, "mine", "no front matter"),
    ]:
        (folder / ".claude/agents").mkdir(parents=True)
        (folder / f".claude/agents/{name}.md").write_text(text)

    assert {"word-counter", "word-counting-expert", "mine", "rust-developer", "human"} <= known_agents(repository)
    plan = plan_of(phase_text("**Agent:** `Word Counting Expert`"), repository=repository)
    assert [] == found(plan, "agent-not-found")


@pytest.mark.parametrize("owner", ["general-purpose", "Bash", "Explore", "Plan", "self", "human"])
def test_owners_without_a_file_of_their_own_are_known(owner: str) -> None:
    assert [] == found(plan_of(phase_text(f"**Agent:** `{owner}`")), "agent-not-found")


def test_a_phase_that_is_done_needs_no_owner() -> None:
    assert [] == found(plan_of(phase_text("x", "### Phase 1: A ✅ COMPLETE")), "missing-owner")


def test_an_owner_of_dashes_alone_is_a_warning() -> None:
    """Found by fuzzing: a name that leaves nothing to look for."""
    plan = plan_of(phase_text("**Principal Owner:** --"))

    assert found(plan, "agent-not-found")
