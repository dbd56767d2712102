"""`phasewright model-server` as a program."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from support_cli import phasewright, start_phasewright
from support_example import EXAMPLE


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=lambda stop: stop.name)
def test_it_prints_its_address_and_serves_until_stopped(tmp_path: Path, stop: signal.Signals) -> None:
    summary = tmp_path / "summary.json"
    argv = ["model-server", "--script", EXAMPLE / "session.yaml", "--summary", summary]
    with start_phasewright(*argv, cwd=tmp_path) as running:
        assert running.stdout is not None
        url = running.stdout.readline().strip()
        with urllib.request.urlopen(url + "/_scripted/summary", timeout=10) as reply:
            before = json.load(reply)
        running.send_signal(stop)
        _, story = running.communicate(timeout=10)

    assert 130 == running.returncode
    assert "Traceback" not in story
    assert before == json.loads(summary.read_text())


@pytest.mark.parametrize(
    ("text", "told"), [(None, "cannot read the script"), ("steps: []", "conversations: Field required")]
)
def test_a_bad_script_is_a_usage_error_of_one_line(tmp_path: Path, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / "session.yaml").write_text(text)
    ended = phasewright("model-server", "--script", "session.yaml", cwd=tmp_path)

    assert (2, "") == (ended.returncode, ended.stdout)
    assert told in ended.stderr
    assert 1 == len(ended.stderr.splitlines())


def test_help_imports_neither_prefect_nor_anthropic() -> None:
    code = (
        "import sys; sys.argv = ['phasewright', '--help']\n"
        "from phasewright.cli import main\n"
        "try: main()\n"
        "except SystemExit: print(sorted({'prefect', 'anthropic'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert "[]" == ended.stdout.splitlines()[-1], ended.stderr
