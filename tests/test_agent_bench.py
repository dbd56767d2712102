"""The real workbench: agents' commands, searches and checks in a real sandbox over a real workspace."""

from pathlib import Path

import pytest
from support_agents import Watcher, connected, script
from support_bench import make_job
from support_git import make_repository
from support_sandbox import rust_sysroot

from phasewright.agent.bench import make_bench
from phasewright.agent.delegation import Delegation
from phasewright.agent.job import PhaseJob
from phasewright.agent.sub_agent import run_sub_agent
from phasewright.cargo.quick import QUICK
from phasewright.cargo.registry import registry_path
from phasewright.git.repository import find_repository
from phasewright.git.workspace import open_workspace
from phasewright.sandbox import Sandbox
from phasewright.tools.add_dependency import AddDependencyInput, add_dependency_tool
from phasewright.tools.check import diff_stat
from phasewright.tools.files import WorkspaceFiles
from phasewright.tools.tool import ToolFailed

CRATE: dict[str, str | bytes | None] = {
    "Cargo.toml": '[package]\nname = "tiny"\nversion = "0.1.0"\nedition = "2021"\n',
    "src/lib.rs": "pub fn one() -> u32 {\n    1\n}\n",
    ".gitignore": "target/\n",
}


async def real_job(folder: Path) -> PhaseJob:
    """Make a crate's repository and a workspace of it, as a run does."""
    repository = await find_repository(make_repository(folder / "repo", CRATE))
    workspace = folder / "state" / "workspace"
    workspace.parent.mkdir(mode=0o700)
    await open_workspace(repository, workspace, "HEAD")

    class Bench:
        base = "HEAD"
        outputs = folder / "state" / "outputs"

    Bench.workspace = workspace  # type: ignore[attr-defined]
    return make_job(
        Bench(),  # type: ignore[arg-type]
        target=folder / "state" / "target",
        repository=repository.root,
        git_dir=repository.git_dir,
        view=Sandbox(workspace=workspace, toolchain=rust_sysroot()),
        quick=QUICK,
    )


@pytest.mark.cargo
async def test_a_sub_agent_writes_builds_and_tests_in_the_sandbox(tmp_path: Path) -> None:
    job = await real_job(tmp_path)
    test = "#[test]\nfn one_is_one() {\n    assert_eq!(1, tiny::one());\n}\n"
    played = script(
        {
            "agent": "rust-developer",
            "steps": [
                {"calls": [{"write_file": {"path": "tests/one.rs", "content": test}}]},
                {"calls": [{"bash": {"command": "cargo test --offline 2>&1; touch x; git status --short; id -u"}}]},
                {"calls": [{"bash": {"command": "env; cat .git; git commit -am x; cat /proc/1/environ"}}]},
                {"calls": [{"glob": {"pattern": "*.rs"}}, {"grep": {"pattern": r"fn \w+"}}]},
                {"text": "Done."},
            ],
        }
    )
    watcher = Watcher()
    async with connected(played) as (model, server):
        delegation = Delegation(n=1, agent="rust-developer", task="Test it.")
        result = await run_sub_agent(delegation, job, model, observe=watcher)

        assert () == server.problems
    assert "done" == result.status, result
    assert {"tests/one.rs", "x", "Cargo.lock"} == set(result.files_changed)
    outputs = [r["output"] for r in watcher.records[f"{job.key}/rust-developer/1"] if r["type"] == "tool"]
    assert "test one_is_one ... ok" in outputs[1]
    assert "?? tests/" in outputs[1]
    assert not outputs[1].rstrip().endswith("\n0")
    assert "ANTHROPIC" not in outputs[2]
    assert "src/lib.rs\ntests/one.rs" == outputs[3]
    assert "tests/one.rs:2:fn one_is_one" in outputs[4]


@pytest.mark.cargo
async def test_check_and_diff_stat_look_at_the_workspace(tmp_path: Path) -> None:
    job = await real_job(tmp_path)
    bench = make_bench(job)
    (job.workspace / "src/lib.rs").write_text("pub fn one() -> u32 {\n    1 +\n}\n")

    assert "build: failed" in await bench.check("build", timeout_seconds=120)
    assert "src/lib.rs | 2 +-" in await diff_stat(bench)


@pytest.mark.cargo
async def test_a_crate_is_added_offline_and_one_that_cannot_be_fetched_leaves_the_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No network: a crate that cargo has already goes in and builds; another is refused with cargo's reason."""
    have = next((registry_path() or tmp_path).glob("cache/*/cfg-if-1.*.crate"), None)
    if have is None:
        pytest.skip("cargo has not downloaded cfg-if here")
    monkeypatch.setenv("CARGO_NET_OFFLINE", "true")
    bench = make_bench(await real_job(tmp_path))
    files = WorkspaceFiles(bench, {})
    tool = add_dependency_tool(bench, files)
    manifest = bench.workspace / "Cargo.toml"
    before = manifest.read_bytes()
    with pytest.raises(ToolFailed, match="cannot be downloaded"):
        await tool.run(AddDependencyInput(name="phasewright-no-such-crate", requirement="1"))
    assert before == manifest.read_bytes()
    said = await tool.run(AddDependencyInput(name="cfg-if", requirement="1"))
    built = await bench.run(["cargo", "build", "--offline"], timeout_seconds=120)
    files.close()

    assert said.startswith("added cfg-if '1' to [dependencies]")
    assert 'cfg-if = "1"' in manifest.read_text()
    assert 0 == built.exit_code, built.text
