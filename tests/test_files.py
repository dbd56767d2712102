"""File lists in every shape that real plans use (survey 8)."""

import pytest
from support_plans import phase_text, plan_of

from phasewright.plan import FileChanges


def files(body: str) -> FileChanges:
    return plan_of(phase_text(body)).phases[0].files


ITEMS = {
    "`lib/src/a.rs` - why, with `b.rs` in it": ["lib/src/a.rs"],
    "Root `Cargo.toml` - workspace": ["Cargo.toml"],
    "`a.rs` (lines 365, 396, 403)": ["a.rs"],
    "`a.rs:186-191`": ["a.rs"],
    "`a.rs`, `b/c.rs`": ["a.rs", "b/c.rs"],
    "`a.rs` and `b.rs` - both": ["a.rs", "b.rs"],
    "`a.rs` (see `b.rs`)": ["a.rs"],
    "**`a.rs`** - bold": ["a.rs"],
    "`sniff/lib/mod.rs`, new files": ["sniff/lib/mod.rs"],
    "Integration test in `cli/tests/a.rs`": ["cli/tests/a.rs"],
    "New `formatting.rs` module in `lib/src/fs/`": ["lib/src/fs/formatting.rs"],
    "All files in `a/`, `b/`": ["a/", "b/"],
    "`extract_prompt_name()` in the parser": [],
    "*TBD: after research*": [],
    "Documentation files that mention `tool:`": [],
    "lib/src/a.rs - without backticks": ["lib/src/a.rs"],
    "`src/{a,b}.rs`": ["src/a.rs", "src/b.rs"],
    "`src/error/*.rs`": ["src/error/*.rs"],
    "`a.rs` - rename `x` → `y`": ["a.rs"],
}  # fmt: skip


@pytest.mark.parametrize("item", ITEMS)
def test_an_item_names_its_paths(item: str) -> None:
    assert ITEMS[item] == list(files(f"**Files to create:**\n\n- {item}").create)
    assert ITEMS[item] == list(files(f"**Files to create:**\n1. {item}").create)


LABELS = {
    "Files to create": "create", "Files to Create": "create", "New files": "create", "Files to modify": "modify",
    "Files to Update (imports)": "modify", "Files to Modify (can be parallelized - no conflicts)": "modify", "File": "modify",  # noqa: E501
    "Files": "modify", "Files to create/modify": "modify", "Files to modify/create": "modify", "Files to Search & Update": "modify",  # noqa: E501
    "Files to Delete": "delete", "Key Files": None, "File Structure": None, "File Size Limits": None, "Files Overview": None,  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_matched_whole(label: str) -> None:
    for written in (f"**{label}:**", f"**{label}**:"):
        below, beside = files(f"{written}\n- `src/a.rs`\n"), files(f"{written} `src/a.rs`")
        for action in ("create", "modify", "delete"):
            expected = ("src/a.rs",) if action == LABELS[label] else ()
            assert expected == getattr(below, action)
            assert expected == getattr(beside, action)


@pytest.mark.parametrize(("item", "expected"), [
    ("`a.rs` (NEW - types)", FileChanges(create=("a.rs",))),
    ("`a.rs` (new)", FileChanges(create=("a.rs",))),
    ("`a.rs` (add new test case)", FileChanges(modify=("a.rs",))),
    ("`a.rs` (new function)", FileChanges(modify=("a.rs",))),
    ("`a.rs` - register new file types", FileChanges(modify=("a.rs",))),
    ("Create: `a.rs`", FileChanges(create=("a.rs",))),
    ("Create `a.rs` with a counter", FileChanges(create=("a.rs",))),
    ("Modify: `a.rs:123-145`", FileChanges(modify=("a.rs",))),
    ("Test: `tests/a.rs`", FileChanges(modify=("tests/a.rs",))),
    ("Delete: `a.rs`", FileChanges(delete=("a.rs",))),
    ("Move: `a.rs` → `b.rs`", FileChanges(move=(("a.rs", "b.rs"),))),
    ("`a.rs` - Moves to `b/a.rs`", FileChanges(move=(("a.rs", "b/a.rs"),))),
    ("`a.rs`: renamed to `b.rs`, with its tests", FileChanges(move=(("a.rs", "b.rs"),))),
    ("`a.rs` - Add what `b.rs` needs", FileChanges(modify=("a.rs",))),
    ("`a.rs` -> `b.rs`", FileChanges(move=(("a.rs", "b.rs"),))),
])  # fmt: skip
def test_an_item_may_say_what_is_done(item: str, expected: FileChanges) -> None:
    assert expected == files(f"**Files to modify:**\n- {item}")


@pytest.mark.parametrize("item", ["No new files (editing `a.rs`)", "None (editing `a.rs`)"])
def test_none_with_an_edit_in_a_create_list_is_a_modify(item: str) -> None:
    assert FileChanges(modify=("a.rs",)) == files(f"**Files to create:**\n- {item}")


def test_a_folder_s_own_list_counts_and_other_nested_items_do_not() -> None:
    body = "**Files to create:**\n- `t/`\n  - `t/a.ts` - x\n  - `t/b.ts` - y\n- `src/a.rs`\n  - `src/other.rs` is like it\n"  # noqa: E501

    assert ("t/", "t/a.ts", "t/b.ts", "src/a.rs") == files(body).create


def test_a_table_may_list_files() -> None:
    assert ("a.rs", "b.rs") == files(
        "**Files to modify:**\n\n| File | Change |\n|---|---|\n| `a.rs` | `x.rs` |\n| `b.rs` | y |\n"
    ).modify


def test_a_table_may_say_what_is_done() -> None:
    body = "**Files:**\n\n| Action | File |\n|---|---|\n| Create | `a.rs` |\n| Modify | `b.rs` |\n| Delete | `c.rs` |\n"

    assert FileChanges(create=("a.rs",), modify=("b.rs",), delete=("c.rs",)) == files(body)


def test_fields_may_be_items_of_a_list() -> None:
    body = "- **Owner:** x\n- **Risk level:** high\n- **Files to create:**\n  - `a.rs`\n- **Files to modify:** `b.rs`\n"

    assert FileChanges(create=("a.rs",), modify=("b.rs",)) == files(body)


def test_created_and_modified_is_created() -> None:
    assert FileChanges(create=("a.rs",)) == files("**Files to modify:**\n- `a.rs`\n\n**Files to create:**\n- `a.rs`\n")


def test_deliverables_give_files_where_no_field_does() -> None:
    body = "**Deliver:**\n- Create `src/cache.rs` with:\n  - `src/inner.rs`\n- Updated `src/lib.rs` exports\n- `io::Error` handling\n- Use `a/b.rs` later\n"  # noqa: E501
    changes = files(body)

    assert (("src/cache.rs",), ("src/lib.rs",), True) == (changes.create, changes.modify, changes.is_inferred)
    assert not files("**Files to create:** None\n\n" + body).paths()


def test_a_table_of_something_else_is_no_property_table() -> None:
    plan = plan_of(
        phase_text("**Goal:** x\n\n| Type | Description |\n|---|---|\n| Owner | who |\n| Status | Complete |\n")
    )

    assert plan.phases[0].owner is None
    assert "pending" == plan.phases[0].state


def test_a_property_table_may_leave_the_bold_out() -> None:
    plan = plan_of(
        phase_text("| Property | Value |\n|---|---|\n| Subagent | `rust-developer` |\n| Dependencies | None |\n")
    )

    assert "rust-developer" == plan.phases[0].owner
