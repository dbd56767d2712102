"""Files that no author would write: refused with a place and a sentence, or read, and always at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from support_plans import found, phase_text, place, plan_of, stored

from parsers.source import SIZE_LIMIT_BYTES
from phasewright.dag import build_dag

PLAN = "# A\n\n### Phase 1: B\n\n**Dependencies:** None\n"


@pytest.mark.parametrize(("raw", "where", "cause"), [
    (b"\x7fELF\x02\x01\0\0\0", (1, 1), "NUL byte"),
    (b"# A\n\n### Phase 1: \0\n", (3, 1), "NUL byte"),
    (b"# A\n\nna\xefve\n", (3, 3), "byte 0xef is not UTF-8"),
    ("# A\n".encode("utf-16"), (1, 1), "UTF-16"),
    (b"\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f" * 3, (1, 1), "control characters"),
])  # fmt: skip
def test_what_is_no_text_is_refused_where_it_begins(raw: bytes, where: tuple[int, int], cause: str) -> None:
    (diagnostic,) = plan_of(raw).diagnostics

    assert ("not-text", where) == (diagnostic.code, place(diagnostic))
    assert cause in diagnostic.message


def test_five_mebibytes_are_refused_unread() -> None:
    (diagnostic,) = plan_of(b"#" * 5 * 1024 * 1024).diagnostics

    assert ("too-large", (1, 1)) == (diagnostic.code, place(diagnostic))


@pytest.mark.parametrize("text", ["", "\n", "   \n\n", "---\n---\n", "---\nstatus: ready\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    assert not plan_of(text).is_executable


def test_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = stored("bold_fields").model_dump(exclude={"phases": {"__all__": {"text"}}})
    raw = (Path(__file__).parent / "plans/bold_fields.md").read_bytes()
    for other in (raw.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + raw, raw.rstrip(b"\n"), raw.replace(b"\n", b"\r")):
        plan = plan_of(other, name="bold_fields.md")
        assert text == plan.model_dump(exclude={"phases": {"__all__": {"text"}}})


def test_tildes_and_setext_headings_are_markdown_too() -> None:
    plan = plan_of("# A\n\n~~~\n### Phase 9: no\n~~~\n\nPhase 1: B\n-----\n\n**Dependencies:** None\n")

    assert [("1", 7)] == [(phase.id, phase.line) for phase in plan.phases]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("front", [
    "[" * 100_000, "- " * 30_000, "a: &a [x]\nb: [*a]", "a: !!python/object/apply:os.system [id]", "a: 1\na: 2",
    "? [a]\n: b", "x: " + "y" * 300_000, "[" + "a," * 20_000 + "]",
    "a0: &a0 {k: 1}\n" + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 26)),
])  # fmt: skip
def test_yaml_made_to_harm_is_not_read_and_the_plan_is(front: str) -> None:
    plan = plan_of(f"---\nstatus: ready\n{front}\n---\n{PLAN}")

    assert ["1"] == [phase.id for phase in plan.phases]
    assert "ready" == plan.status
    assert [] != found(plan, "front-matter")


@pytest.mark.parametrize("path", ["../x.rs", "a/../../x.rs", ".git/config", "a/.GIT/x.rs"])
def test_a_path_out_of_the_repository_refuses_the_plan(path: str) -> None:
    plan = plan_of(phase_text(f"**Files to create:**\n- `{path}`"))

    assert [(6, 4)] == [place(diagnostic) for diagnostic in found(plan, "unsafe-path")]
    assert () == plan.phases[0].files.create


def test_a_line_of_a_megabyte_is_cut_and_said_so() -> None:
    plan = plan_of(phase_text("**Acceptance Criteria:**\n- [ ] " + "x " * 400_000))

    assert [(6, 4097)] == [place(diagnostic) for diagnostic in found(plan, "long-line")]
    assert len(plan.phases[0].text) > 800_000


CHAINS = {
    "10,000 phases in a row": "".join(f"### Phase {i}: n\n**Deps:** Phase {i - 1}\n" for i in range(1, 10_001)),
    "10,000 phases on one file": "".join(f"### Phase {i}: n\n**File:** `a.rs`\n**Deps:** None\n" for i in range(1, 10_001)),  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize("name", CHAINS)
def test_ten_thousand_phases_are_read_and_ordered(name: str) -> None:
    plan = plan_of(CHAINS[name])

    assert 10_000 == len(plan.phases)
    assert 10_000 == len(build_dag(plan).critical_path())


@pytest.mark.parametrize(("text", "said"), [
    ("".join(f"### Phase {i}: n\n" for i in range(10_001)), "10,000 phases"),
    ("".join(f"### Phase {i}: n\n**Deps:** All previous\n" for i in range(1, 3000)), "250,000 dependencies"),
    ("# a\n" * 200_000, "100,000 headings"),
])  # fmt: skip
def test_more_than_anybody_means_is_refused(text: str, said: str) -> None:
    assert [said in diagnostic.message for diagnostic in found(plan_of(text), "too-large")] == [True]


N = SIZE_LIMIT_BYTES // 4
WORST = {
    "stars": "*" * N, "backticks": "`" * N, "spans": "`a " * (N // 3), "brackets": "[" * N, "parentheses": "(" * N,
    "quotes": "> " * (N // 2), "lists": "- " * (N // 2), "nested lists": "".join("  " * (i % 200) + "- a\n" for i in range(2000)),  # noqa: E501
    "fences": "```\n" * (N // 4), "markdown fences": "```markdown\n```yaml\n" * (N // 20), "pipes": "| a | b |\n" * (N // 10),  # noqa: E501
    "labels": "**a:** b | " * (N // 11), "html": "<a " * (N // 3), "comments": "<!--" * (N // 4), "references": "[a]: <" * (N // 6),  # noqa: E501
    "setext": "a\n=\n" * (N // 12), "tabs": "\t" * N, "lines": "\n" * N, "returns": "\r" * N, "spaces": " " * N,
    "same phase": "### Phase 1: a\n" * (N // 15), "paths": "### Phase 1: a\n**Files:** `" + "../" * (N // 3) + "a.rs`",
    "path list": "### Phase 1: a\n**Files to create:**\n" + "".join(f"- `a{i}/b/`\n" for i in range(N // 12)),
    "ids": "### Phase 1: a\n**Dependencies:** " + "1, " * (N // 3), "words": "### Phase 1: a\n**Deps:** Phase 1" + " complete" * (N // 9),  # noqa: E501
    "toml": "### Phase 1: a\n" + '```toml\na = "1"\n```\n' * (N // 24), "add": "### Phase 1: a\n**Tasks:** add " + "`a`, " * (N // 5),  # noqa: E501
    "criteria": "### Phase 1: a\n**Pass when:**\n" + "- [ ] `cargo test a` succeeds\n" * (N // 30), "boxes": "- [ ] 1. a\n" * (N // 11),  # noqa: E501
    "openspec": "## 1. a\n- [ ] 1.1 b\n" * (N // 20), "spec-kit": "### Phase 1: a\n" + "- [ ] T001 in src/a.rs\n" * (N // 24),  # noqa: E501
    "groups": "### Phase 1: a\n\n## Parallel\n\n" + "| Group | Phases |\n" * (N // 19), "name": "### Phase 1: " + "(a" * (N // 2),  # noqa: E501
}  # fmt: skip


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", WORST)
def test_a_quarter_of_a_mebibyte_of_the_worst_comes_to_an_end(name: str) -> None:
    """The limit is pytest's, far above what it takes: what is quadratic would pass it on any machine."""
    assert plan_of(WORST[name]).slug


def test_a_mebibyte_needs_less_than_300_megabytes() -> None:
    # Not ru_maxrss: it begins with what the process had that started this one, here pytest itself.
    measure = (
        "import sys; from pathlib import Path; from parsers.read_plan import parse_plan; "
        "parse_plan(sys.stdin.buffer.read(), path=Path('a.md')); "
        "peak = next(x for x in Path('/proc/self/status').read_text().splitlines() if x.startswith('VmHWM')); "
        "print(int(peak.split()[1]) // 1024)"
    )
    root = Path(__file__).parent.parent
    for name in ("fences", "path list", "criteria", "setext"):
        text = ((WORST[name] + "\n") * 4).encode()[:SIZE_LIMIT_BYTES]
        command = [sys.executable, "-c", measure]
        done = subprocess.run(command, input=text, capture_output=True, cwd=root, timeout=60, check=True)
        assert int(done.stdout) < 300, name
