"""Who changed which file, when several agents work in one workspace at once: exact, by looks, or said to be shared."""

import asyncio
from pathlib import Path

from support_bench import LocalBench

from phasewright.agent.writers import Writers


async def test_what_one_agent_alone_changes_is_its_own_without_a_look_a_command(tmp_path: Path) -> None:
    bench, writers = LocalBench(tmp_path), Writers()
    await writers.begin(1, bench)
    async with writers.command(1, bench):
        (bench.workspace / "a.rs").touch()

    assert (("a.rs",), ()) == await writers.end(1, bench)


async def test_commands_one_after_the_other_are_told_apart(tmp_path: Path) -> None:
    bench, writers = LocalBench(tmp_path), Writers()
    for agent in (1, 2):
        await writers.begin(agent, bench)
    for agent in (1, 2, 1):
        async with writers.command(agent, bench):
            with (bench.workspace / f"{agent}.rs").open("a") as file:
                file.write("//\n")

    assert (("2.rs",), ()) == await writers.end(2, bench)
    assert (("1.rs",), ()) == await writers.end(1, bench)


async def test_what_changes_under_two_commands_is_shared_and_both_are_told(tmp_path: Path) -> None:
    """Only what changed while both ran: before and after, each is known."""
    bench, writers = LocalBench(tmp_path), Writers()
    for agent in (1, 2):
        await writers.begin(agent, bench)
    async with writers.command(1, bench):
        (bench.workspace / "first.rs").touch()
        async with writers.command(2, bench):
            (bench.workspace / "both.rs").touch()
        (bench.workspace / "last.rs").touch()

    assert (("first.rs", "last.rs"), ("both.rs",)) == await writers.end(1, bench)
    assert ((), ("both.rs",)) == await writers.end(2, bench)


async def test_an_agent_that_ends_while_another_s_command_runs_is_told_what_is_shared(tmp_path: Path) -> None:
    bench, writers = LocalBench(tmp_path), Writers()
    for agent in (1, 2):
        await writers.begin(agent, bench)
    async with writers.command(1, bench):
        async with writers.command(2, bench):
            (bench.workspace / "both.rs").touch()
        two = await writers.end(2, bench)
        (bench.workspace / "late.rs").touch()

    assert ((), ("both.rs",)) == two
    assert (("late.rs",), ("both.rs",)) == await writers.end(1, bench)


async def test_a_file_tool_s_write_is_exact_even_under_a_neighbour_s_command(tmp_path: Path) -> None:
    bench, writers = LocalBench(tmp_path), Writers()
    for agent in (1, 2):
        await writers.begin(agent, bench)
    async with writers.command(1, bench):
        (bench.workspace / "b.rs").touch()
        writers.wrote(2, "b.rs")

    assert ((), ()) == await writers.end(1, bench)
    assert (("b.rs",), ()) == await writers.end(2, bench)


async def test_what_an_agent_did_before_and_after_it_had_company_stays_its_own(tmp_path: Path) -> None:
    """A command that began alone is looked at from the moment in which somebody comes."""
    bench, writers = LocalBench(tmp_path), Writers()
    await writers.begin(1, bench)
    (bench.workspace / "x.rs").touch()
    async with writers.command(1, bench):
        (bench.workspace / "before.rs").touch()
        await writers.begin(2, bench)
        (bench.workspace / "x.rs").write_text("// by a file tool of 2\n")
        writers.wrote(2, "x.rs")
        (bench.workspace / "beside.rs").touch()
    two = await writers.end(2, bench)
    async with writers.command(1, bench):
        (bench.workspace / "after.rs").touch()

    assert (("x.rs",), ()) == two
    assert (("after.rs", "before.rs", "beside.rs", "x.rs"), ()) == await writers.end(1, bench)


async def test_a_command_that_is_cut_off_is_looked_at_when_its_agent_ends(tmp_path: Path) -> None:
    bench, writers = LocalBench(tmp_path), Writers()
    for agent in (1, 2):
        await writers.begin(agent, bench)

    async def cut_off() -> None:
        async with writers.command(1, bench):
            (bench.workspace / "a.rs").touch()
            await asyncio.sleep(60)

    going = asyncio.create_task(cut_off())
    while not (bench.workspace / "a.rs").exists():
        await asyncio.sleep(0.01)
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)

    assert (("a.rs",), ()) == await writers.end(1, bench)
    assert ((), ()) == await writers.end(2, bench)
