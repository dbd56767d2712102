"""Agent files as people write them: what is read, what is forgiven, what is said."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from anthropic.resources.messages.messages import DEPRECATED_MODELS

from parsers.agent_book import SHIPPED_FOLDER, is_human, load_book
from parsers.agent_file import parse_agent
from phasewright.agent.definition import SUB_AGENT_TOOLS
from phasewright.model_names import resolve_model

PATH = Path("/repo/.claude/agents/rust-developer.md")


@dataclass(frozen=True)
class Case:
    id: str
    text: str
    name: str = "rust-developer"
    model: str | None = None
    tools: tuple[str, ...] = SUB_AGENT_TOOLS
    description: str = ""
    notes: tuple[str, ...] = field(default=())


CASES = [
    Case("no front matter", "You write Rust."),
    Case("no name", "---\ndescription: Writes Rust\n---\nYou write Rust.", description="Writes Rust"),
    Case("named", "---\nname: Rusty Dev\n---\nYou write Rust.", name="Rusty-Dev"),
    Case("a byte order mark", "\ufeff---\nname: x\n---\nYou write Rust.", name="x"),
    Case("windows line ends", "---\r\nname: x\r\n---\r\nYou write Rust.\r\n", name="x"),
    Case("empty front matter", "---\n---\nYou write Rust."),
    Case(
        "a colon in the description",
        "---\ndescription: Use for: Rust\nmodel: opus\n---\nYou write Rust.",
        description="Use for: Rust",
        model="claude-opus-5-5",
    ),
    Case("tabs", "---\nname:\tx\n---\nYou write Rust.", name="x"),
    Case("front matter that is no YAML", "---\n}{\n---\nYou write Rust.", notes=("front matter is not YAML",)),
    Case("front matter that is a list", "---\n- a\n---\nYou write Rust.", notes=("front matter is not YAML",)),
    Case("inherit", "---\nmodel: inherit\n---\nYou write Rust."),
    Case("an alias", "---\nmodel: Sonnet\n---\nYou write Rust.", model="claude-sonnet-5-5"),
    Case(
        "a model that ends",
        "---\nmodel: claude-sonnet-4-5-20250929\n---\nYou write Rust.",
        model="claude-sonnet-5-5",
        notes=("ends on 2026-11-30; 'claude-sonnet-5-5' takes its place",),
    ),
    Case(
        "a model nobody knows",
        "---\nmodel: gpt-7\n---\nYou write Rust.",
        model="gpt-7",
        notes=("model 'gpt-7' is none that is known here",),
    ),
    Case(
        "tools as text",
        "---\ntools: Read, Bash(git:*, ls), Task(a,b)\n---\nYou write.",
        tools=("bash", "read_file"),
        notes=("tools that do not exist here: Task(a,b)",),
    ),
    Case("tools as a list", "---\ntools: [Write, MultiEdit]\n---\nYou write.", tools=("write_file", "edit_file")),
    Case(
        "tools taken away",
        "---\ndisallowedTools: Bash, add_dependency\n---\nYou write.",
        tools=("read_file", "write_file", "edit_file", "glob", "grep", "skill"),
    ),
    Case(
        "unknown keys",
        "---\ncolor: red\nhooks: {a: b}\n---\nYou write Rust.",
        notes=("keys without a meaning here: color, hooks",),
    ),
    Case("a wrong effort", "---\neffort: heroic\n---\nYou write Rust.", notes=("effort 'heroic' is none of",)),
    Case("wrong turns", "---\nmaxTurns: -1\n---\nYou write Rust.", notes=("maxTurns -1 is no number",)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_file_is_read(case: Case) -> None:
    read = parse_agent(case.text.encode(), PATH)

    assert read.definition is not None
    seen = read.definition
    assert (case.name, case.model, case.tools) == (seen.name, seen.model, seen.tools)
    assert case.description == seen.description
    assert len(case.notes) == len(read.notes), read.notes
    assert all(expected in note for expected, note in zip(case.notes, read.notes, strict=True))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"---\nname: x\n---\n  \n", "has no body"),
        (b"", "has no body"),
        (b"---\ntools: Teleport\n---\nYou write.", "allows only tools that do not exist"),
        (b"x" * 2_000_000, "is larger than"),
        (b"a\0b", "is binary"),
    ],
)
def test_a_file_that_defines_no_agent_says_why(content: bytes, problem: str) -> None:
    read = parse_agent(content, PATH)

    assert read.definition is None
    assert problem in (read.problem or "")


def test_a_bomb_of_aliases_is_no_trouble() -> None:
    front = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(8)
    )

    assert parse_agent(f"---\n{front}---\nYou write.".encode(), PATH).definition is not None


def write_agent(folder: Path, name: str, text: str) -> None:
    path = folder / ".claude" / "agents" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_repository_goes_before_the_user_and_the_shipped_ones(tmp_path: Path) -> None:
    write_agent(tmp_path / "repo", "rust-developer", "From the repository.")
    write_agent(tmp_path / "home", "rust-developer", "From the user.")
    write_agent(tmp_path / "home", "cli-specialist", "From the user.")
    book = load_book(tmp_path / "repo", tmp_path / "home")

    prompts = {agent.name: agent.prompt for agent in book.agents}
    assert "From the repository." == prompts["rust-developer"]
    assert "From the user." == prompts["cli-specialist"]
    assert "schema-architect" in prompts


@pytest.mark.parametrize(
    ("owner", "agent"),
    [
        ("Rust Developer", "rust-developer"),
        ("`rust-developer`", "rust-developer"),
        ("RUST_DEVELOPER", "rust-developer"),
        ("Feature Tester (Rust)", "feature-tester-rust"),
        ("Backend (Rust Developer)", "rust-developer"),
        ("Schema Architect (types)", "schema-architect"),
        ("general-purpose", "general-purpose"),
        ("Bash", "general-purpose"),
        ("Explore", "general-purpose"),
        ("Plan", "general-purpose"),
        ("self", "general-purpose"),
        (None, "general-purpose"),
        ("Somebody Else", "general-purpose"),
    ],
)
def test_an_owner_stands_for_an_agent(tmp_path: Path, owner: str | None, agent: str) -> None:
    book = load_book(tmp_path, tmp_path)

    assert agent == book.for_owner(owner)[0].name
    assert len(book.agents) == len(book.for_owner(owner))


def test_an_unknown_owner_is_found_nowhere(tmp_path: Path) -> None:
    assert load_book(tmp_path, tmp_path).find("Somebody Else") is None


def test_a_person_is_no_agent() -> None:
    assert is_human("`human`")
    assert not is_human("Rust Developer")


def test_files_that_cannot_be_used_are_noted(tmp_path: Path) -> None:
    write_agent(tmp_path, "empty", "---\nname: empty\n---\n")
    write_agent(tmp_path, "rust-developer", "x" * 2_000_000)
    (tmp_path / ".claude/skills/broken").mkdir(parents=True)
    (tmp_path / ".claude/skills/broken/SKILL.md").write_text("")
    book = load_book(tmp_path, tmp_path / "nobody")

    assert {"empty.md", "rust-developer.md", "SKILL.md"} == {note.path.name for note in book.notes if note.is_problem}
    shipped = book.find("rust-developer")
    assert shipped is not None
    assert SHIPPED_FOLDER == (shipped.path or Path()).parent


def test_only_what_concerns_a_plans_owners_is_told(tmp_path: Path) -> None:
    old = "---\nmodel: claude-sonnet-4-5-20250929\nskills: counting, /reading\n---\nYou write.\n"
    write_agent(tmp_path, "rust-developer", old)
    write_agent(tmp_path, "painter", "---\ncolor: blue\n---\nYou paint.\n")
    write_agent(tmp_path, "empty", "---\nname: empty\n---\n")
    (tmp_path / ".claude/skills/reading").mkdir(parents=True)
    (tmp_path / ".claude/skills/reading/SKILL.md").write_text("How to read.")
    book = load_book(tmp_path, tmp_path / "nobody")

    told = {
        note.path.name: [n.message for n in book.notes_for(["Rust Developer"]) if n.path == note.path]
        for note in book.notes
    }
    assert [] == told["painter.md"]
    assert ["has no body, so there is nothing to tell the agent; it is not used"] == told["empty.md"]
    model, skill = told["rust-developer.md"]
    assert "claude-sonnet-4-5-20250929" in model and "2026-11-30" in model
    assert "there is no skill 'counting'; it goes without" == skill


def test_every_shipped_agent_is_read_without_a_note(tmp_path: Path) -> None:
    book = load_book(tmp_path, tmp_path)

    assert () == book.notes
    expected = {"rust-developer", "feature-tester-rust", "database-expert", "schema-architect", "general-purpose"}
    assert expected == {agent.name for agent in book.agents}
    assert all(agent.description for agent in book.agents)


def test_every_model_that_the_sdk_says_will_end_is_known() -> None:
    assert all(resolve_model(name).warning for name in DEPRECATED_MODELS)


def test_a_model_is_used_to_its_last_day() -> None:
    before = resolve_model("claude-opus-4-5-20251101", date(2026, 12, 1))
    after = resolve_model("claude-opus-4-5-20251101", date(2027, 2, 1))

    assert "claude-opus-4-5-20251101" == before.name
    assert "claude-opus-5-5" == after.name
    assert "ends on 2027-01-22" in (before.warning or "")


@pytest.mark.parametrize(
    "name", ["claude-sonnet-5-5", "claude-opus-4-8", "claude-haiku-4-5-20251001", "claude-fable-5"]
)
def test_current_models_go_through(name: str) -> None:
    assert (name, None) == resolve_model(name)
