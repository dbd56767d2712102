"""A JavaScript package beside the crate: the plan's own command judges it, and nobody passes it silently."""

import json
import shutil
from pathlib import Path

import pytest
from support_crates import TINY, Files, phase_of
from test_gate_bad_input import judged, summary

from phasewright.gate.packages import read_command
from phasewright.result import PhaseStatus, Reason

pytestmark = pytest.mark.cargo

TEST = "import { test } from 'node:test';\nimport assert from 'node:assert';\nimport { twice } from './twice.mjs';\n"
TEST += "test('twice', () => assert.equal(twice(2), 4));\n"
TWICE = "export const twice = (n) => n * 2;\n"


def manifest(**scripts: str) -> str:
    return json.dumps({"name": "ts", "private": True, "scripts": scripts})


BASE: Files = {
    **TINY,
    "ts/package.json": manifest(test="node --test twice.test.mjs", build="node -e 'import(\"./twice.mjs\")'"),
    "ts/twice.mjs": TWICE,
    "ts/twice.test.mjs": TEST,
}
PHASE = phase_of(modify=("ts/twice.mjs",), text="Run `npm test` and `npm run build` in `/ts`.")
needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")


@needs_npm
async def test_what_passes_its_own_tests_is_complete_and_stands_in_the_evidence(tmp_path: Path) -> None:
    judgement = await judged(tmp_path, BASE, {"ts/twice.mjs": "export const twice = (n) => n + n;\n"}, PHASE)
    ran = [command for command in judgement.evidence.commands if command.argv[0] == "npm"]

    assert (PhaseStatus.COMPLETE, None, []) == summary(judgement)
    assert [(("npm", "test"), 0), (("npm", "run", "build"), 0)] == [(c.argv, c.exit_code) for c in ran]


@needs_npm
@pytest.mark.parametrize(
    ("work", "codes"),
    [
        ({"ts/twice.mjs": "export const twice = (n) => n;\n"}, ["script-failed"]),
        ({"ts/twice.mjs": "export const twice = (n) => n;\n", "ts/package.json": manifest(test="true", build="true")}, ["script-changed"]),  # noqa: E501
        ({"ts/twice.mjs": TWICE + "// as it was\n", "ts/package.json": "{}"}, ["not-verified", "not-verified"]),
    ],
    ids=["broken", "scripts made true", "scripts taken away"],
)  # fmt: skip
async def test_what_does_not_is_refused(tmp_path: Path, work: Files, codes: list[str]) -> None:
    status, _, found = summary(await judged(tmp_path, BASE, work, PHASE))

    assert PhaseStatus.COMPLETE != status
    assert set(codes) <= set(found)


@needs_npm
async def test_a_script_that_failed_before_is_not_charged(tmp_path: Path) -> None:
    # It prints much, and a number of another length each time.
    noise = "console.log('x'.repeat(2000), 'y'.repeat(process.hrtime()[1] % 9).length * 10 ** (process.pid % 7));\n"
    broken = {**BASE, "ts/twice.mjs": f"{noise}export const twice = (n) => n;\n"}
    judgement = await judged(
        tmp_path, broken, {"ts/other.mjs": TWICE}, phase_of(create=("ts/other.mjs",), text="`npm test`")
    )

    assert (PhaseStatus.COMPLETE, None, []) == summary(judgement)
    assert "'npm test' fails at base too" in [found.message for found in judgement.verdict.findings]


@needs_npm
async def test_the_users_installed_modules_can_be_read_and_the_network_cannot(tmp_path: Path) -> None:
    uses = "import { four } from 'four';\nif (four !== 4) process.exit(1);\n"
    fetches = "fetch('http://192.0.2.1/').then(() => process.exit(0), () => process.exit(7));\n"
    base = {
        **BASE,
        ".gitignore": "target\nnode_modules\n",
        "ts/package.json": manifest(uses="node uses.mjs", net="node net.mjs"),
    }
    work = {"ts/uses.mjs": uses, "ts/net.mjs": fetches}
    modules = tmp_path / "repo/ts/node_modules/four"
    modules.mkdir(parents=True)
    (modules / "package.json").write_text('{"name": "four", "type": "module", "exports": "./index.mjs"}')
    (modules / "index.mjs").write_text("export const four = 4;\n")
    phase = phase_of(create=("ts/uses.mjs", "ts/net.mjs"), text="`npm run uses`, then `npm run net`")
    judgement = await judged(tmp_path, base, work, phase)

    assert (PhaseStatus.BLOCKED, Reason.VERIFY_FAILED, ["script-failed"]) == summary(judgement)
    assert "'npm run net' failed" in judgement.verdict.errors()[0].message


async def test_a_tool_that_is_not_there_is_no_pass(tmp_path: Path) -> None:
    phase = phase_of(modify=("ts/twice.mjs",), text="`bun run build` and `npx tsc`")
    judgement = await judged(tmp_path, BASE, {"ts/twice.mjs": TWICE + "//\n"}, phase)

    assert (PhaseStatus.PARTIAL, Reason.VERIFY_FAILED, ["not-verified"] * 2) == summary(judgement)


async def test_a_phase_that_touches_no_package_runs_nothing_of_it(tmp_path: Path) -> None:
    phase = phase_of(modify=("README.md",), text="`npm test` is for another phase")
    judgement = await judged(tmp_path, BASE, {"README.md": "# Tiny\n\nMore.\n"}, phase)

    assert PhaseStatus.COMPLETE == judgement.verdict.status
    assert not [command for command in judgement.evidence.commands if command.argv[0] == "npm"]


@pytest.mark.parametrize(
    ("command", "script", "folder"),
    [
        ("npm test", "test", None),
        ("npm t -- --run", "test", None),
        ("pnpm build", "build", None),
        ("pnpm -C ts run build", "build", "ts"),
        ("npm --prefix=ts/ run lint", "lint", "ts"),
        ("pnpm --filter web build", "build", None),
        ("yarn lint", "lint", None),
    ],
)
def test_a_command_is_read(command: str, script: str, folder: str | None) -> None:
    asked = read_command(command)

    assert asked is not None
    assert (script, folder) == (asked.script, asked.folder)


@pytest.mark.parametrize(
    "command",
    [
        "npm install",
        "npm ci",
        "pnpm add left-pad",
        "npx tsc",
        "pnpm dlx x",
        "npm --prefix /etc test",
        "npm -C ../x t",
        "npm 'x",
    ],
)
def test_what_is_no_script_is_not_run(command: str) -> None:
    assert read_command(command) is None
