"""A sandbox runs cargo, git and python3, shows nothing else, and leaves nothing behind."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from support_git import make_repository
from support_sandbox import alive, make_box, rust_sysroot

from phasewright.errors import CommandFailed
from phasewright.git.repository import find_repository
from phasewright.sandbox import Limits, Sandbox, check_sandbox, hand_over, run_sandboxed
from phasewright.sandbox.ownership import SPARE_ID

FORKS = """
import os, time
n = 0
try:
    while n < 100:
        if os.fork() == 0:
            time.sleep(5); os._exit(0)
        n += 1
except OSError:
    pass
print(n)
"""


@pytest.fixture
async def box(private_folder: Path) -> Sandbox:
    root = make_repository(private_folder / "repo", {"src/a.rs": "a\n"})
    return await make_box(private_folder, await find_repository(root))


@pytest.fixture
def private_folder(tmp_path: Path) -> Path:
    """A folder that nobody but us may enter, as a state folder is."""
    folder = tmp_path / "private"
    folder.mkdir(mode=0o700)
    return folder


async def shell(box: Sandbox, text: str, deadline_seconds: float = 30) -> tuple[int | None, str]:
    finished = await run_sandboxed(box, ["/bin/sh", "-c", text], deadline_seconds=deadline_seconds)
    return finished.exit_code, finished.text.strip()


async def test_self_test_passes() -> None:
    await check_sandbox()


async def test_workspace_is_writable_at_its_own_path(box: Sandbox) -> None:
    assert (0, str(box.workspace)) == await shell(
        box, "pwd && mkdir -p new/x && echo hello > new/x/f && echo a >> src/a.rs"
    )
    assert "hello\n" == (box.workspace / "new/x/f").read_text()
    assert (0, "") == await shell(box, f"touch {box.writable[0]}/built")


async def test_git_reads_and_cannot_write(box: Sandbox) -> None:
    assert (0, "M src/a.rs") == await shell(box, "echo b >> src/a.rs; git status --short")
    assert (0, "base") == await shell(box, "git log --format=%s")
    code, _ = await shell(box, "git add -A || git commit -am x || git config a.b c")
    assert code not in (0, None)


@pytest.mark.parametrize("program", ["git", "python3", "cc", "cargo", "rustc", "cargo-clippy", "rustfmt"])
async def test_program_exists(box: Sandbox, program: str) -> None:
    code, place = await shell(box, f"command -v {program} && {program} --version >/dev/null")

    assert (0, True) == (code, place.startswith("/"))


async def test_toolchain_is_first_on_the_path(box: Sandbox) -> None:
    assert (0, f"{rust_sysroot()}/bin/cargo") == await shell(box, "command -v cargo")


async def test_environment_is_ours_alone(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_OURS", "canary")
    named = box.model_copy(update={"env": {"CARGO_TARGET_DIR": "/t", "HOME": "/tmp"}})

    _, environment = await shell(named, "cat /proc/[0-9]*/environ | tr '\\0' '\\n'")

    assert "canary" not in environment and "ANTHROPIC" not in environment
    assert {"CARGO_TARGET_DIR=/t", "HOME=/tmp", "CARGO_NET_OFFLINE=true"} <= set(environment.splitlines())


async def test_another_user_s_environment_tells_nothing_of_a_sandbox(box: Sandbox) -> None:
    other = box.model_copy(update={"user": "user"})
    _, said = await shell(other, "env; hostname; ls -d $HOME/.cargo; cat $HOME/.cargo/config.toml")
    assert "HOME=/home/user\n" in said
    assert "offline = true" in said
    for word in ("agent", "sandbox", "phasewright-box", "PHASEWRIGHT", "CARGO_NET", "GIT_", "dumb"):
        assert word not in said
    assert "phasewright-box" not in (await shell(box, "env"))[1]


async def test_loopback_is_up_and_nothing_else(box: Sandbox) -> None:
    talk = "from socket import *; s = create_server(('localhost', 0)); create_connection(s.getsockname()); print('ok')"

    assert (0, "ok") == await shell(box, f'python3 -c "{talk}"')
    assert (0, "1") == await shell(box, "grep -c : /proc/net/dev")


async def test_home_and_tmp_are_private_and_limited(box: Sandbox) -> None:
    small = box.model_copy(update={"limits": Limits(tmp_bytes=1 << 20, home_bytes=1 << 20)})

    assert (0, "agent") == await shell(
        small, 'cd && test -z "$(ls -A | grep -v .cargo)" && touch x $CARGO_HOME/y && whoami'
    )
    code, _ = await shell(small, "head -c 2000000 /dev/zero > $TMPDIR/x")
    assert code not in (0, None)
    code, _ = await shell(small, "head -c 2000000 /dev/zero > $HOME/x")
    assert code not in (0, None)


async def test_process_limit_holds(box: Sandbox) -> None:
    few = box.model_copy(update={"limits": Limits(processes=40)})

    finished = await run_sandboxed(few, ["python3", "-c", FORKS], deadline_seconds=20)

    assert 20 < int(finished.text) < 40


async def test_exit_code_output_input_and_start_are_told(box: Sandbox) -> None:
    finished = await run_sandboxed(
        box,
        ["/bin/sh", "-c", "cat; pwd; echo oh >&2; kill -TERM $$"],
        cwd=box.workspace / "src",
        deadline_seconds=20,
        split=True,
        stdin=b"in\n",
    )

    assert (128 + signal.SIGTERM, f"in\n{box.workspace}/src\n", b"oh\n") == (
        finished.exit_code,
        finished.text,
        finished.stderr,
    )
    assert ("/bin/sh", "-c") == finished.argv[:2]


async def test_missing_program_is_the_commands_failure_missing_folder_is_ours(box: Sandbox) -> None:
    finished = await run_sandboxed(box, ["no-such-program"], deadline_seconds=20)
    assert finished.exit_code == 127

    with pytest.raises(CommandFailed):
        await run_sandboxed(box, ["true"], cwd=Path("/nowhere"), deadline_seconds=20)


@pytest.mark.parametrize("ending", ["true", "sleep 60"])
async def test_daemons_are_gone_when_it_returns(box: Sandbox, ending: str) -> None:
    mark = f"60.{os.getpid()}{len(ending)}"
    daemons = f"setsid sleep {mark} >/dev/null 2>&1 & (setsid sh -c 'setsid sleep {mark} & sleep {mark}' &)"
    text = f"{daemons}; sleep 0.3; {ending}"

    finished = await run_sandboxed(box, ["/bin/sh", "-c", text], deadline_seconds=1.5)

    assert 0 == alive(mark)
    assert (ending == "sleep 60") == finished.timed_out


async def test_cancelling_leaves_nothing(box: Sandbox) -> None:
    mark = f"61.{os.getpid()}"
    running = asyncio.create_task(
        run_sandboxed(box, ["sh", "-c", f"setsid sleep {mark} & sleep {mark}"], deadline_seconds=60)
    )
    while not alive(mark):
        await asyncio.sleep(0.02)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert 0 == alive(mark)


async def test_many_at_once(box: Sandbox) -> None:
    ended = await asyncio.gather(*(shell(box, f"echo {n}; sleep 0.2") for n in range(8)))

    assert [(0, str(n)) for n in range(8)] == ended


@pytest.mark.cargo
async def test_cargo_tests_a_crate_offline(private_folder: Path) -> None:
    root = make_repository(
        private_folder / "repo",
        {
            "Cargo.toml": '[package]\nname = "small"\nversion = "0.1.0"\nedition = "2021"\n',
            "src/lib.rs": "/// ```\n/// assert_eq!(small::two(), 2)\n/// ```\npub fn two() -> u8 {\n    2\n}\n"
            "#[test]\nfn is_two() {\n    assert_eq!(two(), 2)\n}\n",
            ".gitignore": "/target\n",
        },
    )
    box = await make_box(private_folder, await find_repository(root))

    for argv in (["test", "--offline"], ["clippy", "--offline"], ["fmt", "--check"]):
        finished = await run_sandboxed(box, ["cargo", *argv], deadline_seconds=120)
        assert finished.exit_code == 0, finished.text
    assert (box.writable[0] / "debug").is_dir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over")
def test_handing_over_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "tree/deep").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/file").write_text("mine")
    (tmp_path / "tree/deep/link").symlink_to(tmp_path / "outside")
    (tmp_path / "tree/file").symlink_to(tmp_path / "outside/file")
    (tmp_path / "single").write_text("")

    hand_over(tmp_path / "tree")
    hand_over(tmp_path / "single")

    assert [0, 0] == [(tmp_path / "outside").stat().st_uid, (tmp_path / "outside/file").stat().st_uid]
    assert {SPARE_ID} == {
        p.lstat().st_uid for p in [*(tmp_path / "tree").rglob("*"), tmp_path / "tree", tmp_path / "single"]
    }


async def test_files_made_by_us_in_a_workspace_are_usable_inside(box: Sandbox) -> None:
    (box.workspace / "ours").mkdir()
    (box.workspace / "ours/file").write_text("1\n")
    hand_over(box.workspace / "ours")

    assert (0, "") == await shell(box, "echo 2 >> ours/file && touch ours/more && rm -r ours")


async def test_command_is_ended_before_the_disk_is_full(box: Sandbox) -> None:
    full = box.model_copy(update={"limits": Limits(free_disk_bytes=1 << 60)})

    finished = await run_sandboxed(full, ["/bin/sh", "-c", "sleep 30"], deadline_seconds=20)

    assert (None, False) == (finished.exit_code, finished.timed_out)
    assert "MB of disk space are free" in finished.text
    assert finished.duration_seconds < 5


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over")
def test_handing_over_goes_through_no_link_of_an_agents(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/file").write_text("mine")
    (tmp_path / "tree/dir").symlink_to(tmp_path / "outside")
    (tmp_path / "ours").symlink_to(tmp_path / "tree")
    hand_over(tmp_path / "tree")

    with pytest.raises(OSError):
        hand_over(tmp_path / "tree/dir/file")
    hand_over(tmp_path / "ours/dir")

    assert 0 == (tmp_path / "outside/file").stat().st_uid
