"""The plan that `phasewright init` writes; `phasewright check --strict` has nothing to say about it.

Its status is ready, as a plan's must be to be clean: it is there to be edited before anything runs.
"""

PLAN = """\
# My plan

**Status:** Reviewed - Ready for Implementation

What this plan is for, in two sentences.

## Phases

### Phase 1: Add the counter

**Principal Owner:** Rust Developer

**Goal:** Words in a text can be counted

**Dependencies:** None

**Blast Radius:** `cargo test count`

**Files to create:**

- `src/count.rs` - the counter and its tests

**Files to modify:**

- `src/lib.rs` - export it

**Deliverables:**

- `count(text: &str) -> usize`
- Tests for an empty text, one word, several lines

**Acceptance Criteria:**

- [ ] File `src/count.rs` exists (>20 lines)
- [ ] `cargo test count` runs 3+ tests

### Phase 2: Test it from outside

**Principal Owner:** Feature Tester (Rust)

**Goal:** The counter holds what it promises when used as a library

**Dependencies:** Phase 1

**Blast Radius:** `cargo test --test count`

**Files to create:**

- `tests/count.rs` - integration tests

**Acceptance Criteria:**

- [ ] `cargo test --test count` succeeds

## Parallelization Opportunities

| Parallel Group | Phases | Reason |
|----------------|--------|--------|
| Group A | Phase 1 | The foundation |
| Group B | Phase 2 | Depends on phase 1 |
"""
