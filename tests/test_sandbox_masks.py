"""Tokens in configuration files are not shown to agents; what git and cargo need of them is."""

from pathlib import Path

from support_git import make_repository, sh_git
from support_sandbox import make_box

from phasewright.git.repository import find_repository
from phasewright.sandbox import run_sandboxed
from phasewright.sandbox.masks import harmless_cargo_config, harmless_git_config

GIT_CONFIG = """[core]
\trepositoryformatversion = 1
\tfilemode = true
\thooksPath = /evil
\tsshCommand = evil
[remote "origin"]
\turl = https://me:canary-token@localhost/x.git
[http] extraHeader = canary-token
[extensions] objectFormat = sha1
[credential]
\thelper = store --file canary-token
"""


def test_git_config_keeps_the_format_only() -> None:
    kept = "[core]\n\trepositoryformatversion = 1\n\tfilemode = true\n[extensions]\n\tobjectFormat = sha1\n"

    assert kept == harmless_git_config(GIT_CONFIG).decode()


def test_cargo_config_keeps_sources_only() -> None:
    text = """
[registry]
token = "canary"
[source.crates-io]
replace-with = "mirror"
[source.mirror]
registry = "sparse+http://localhost/index/"
[source.secret]
registry = "sparse+http://me:canary@localhost/index/"
[registries.own]
index = "sparse+http://localhost/own/"
token = "canary"
[target.x86_64-unknown-linux-gnu]
runner = "canary"
"""
    kept = harmless_cargo_config(text).decode()

    assert "canary" not in kept
    assert 'replace-with = "mirror"' in kept and "localhost/own/" in kept
    assert b"" == harmless_cargo_config("not [ toml")


async def test_git_works_inside_and_shows_no_token(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repo", {"a": "a\n"})
    sh_git(root, "remote", "add", "origin", "https://me:canary-token@localhost/x.git")
    box = await make_box(tmp_path, await find_repository(root))
    cargo_home = tmp_path / "cargo"
    (cargo_home / "registry").mkdir(parents=True)
    (cargo_home / "config.toml").write_text('[registry]\ntoken = "canary-token"\n[source.a]\nreplace-with = "b"\n')
    box = box.model_copy(update={"registry": cargo_home / "registry"})

    look = "git log --format=%s && git status --short && cat $CARGO_HOME/config.toml && ! grep -rs canary-token"
    finished = await run_sandboxed(box, ["/bin/sh", "-c", f"{look} {box.git_dir} $CARGO_HOME"], deadline_seconds=20)

    assert (0, 'base\n[source.a]\nreplace-with = "b"\n') == (finished.exit_code, finished.text)
