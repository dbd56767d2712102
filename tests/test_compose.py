"""The compose file is one that Compose takes, and its containers get what a private server gets."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deployments.server_settings import BATCHES

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "deployments" / "compose.sh"


def compose() -> list[str] | None:
    """Return the command of Compose, the plug-in or the program; None where there is neither."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and subprocess.run([*command, "version"], capture_output=True).returncode == 0:
            return command
    return None


@pytest.mark.skipif(compose() is None, reason="needs docker compose")
def test_compose_takes_the_file() -> None:
    command = compose()
    assert command is not None
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PHASEWRIGHT_", "ANTHROPIC_"))}
    done = subprocess.run([*command, "config", "-q"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)

    assert (0, "") == (done.returncode, done.stdout)


def test_every_container_of_ours_has_its_part_in_the_script() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    asked = {service["command"][1] for service in services.values() if "command" in service}
    parts = set(re.findall(r"^(\w+)\)", SCRIPT.read_text(), re.MULTILINE))

    assert asked == parts
    assert 0 == subprocess.run(["sh", "-n", str(SCRIPT)]).returncode


def test_the_server_writes_history_in_the_same_batches() -> None:
    """The script's exports, as the shell makes them."""
    exports = [line for line in SCRIPT.read_text().splitlines() if "PREFECT_SERVER_SERVICES" in line]
    loop = f"for service in TASK_RUN_RECORDER EVENT_PERSISTER; do {exports[0]}; done; {exports[1]}; env"
    done = subprocess.run(["sh", "-c", loop], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
    made = dict(line.split("=", 1) for line in done.stdout.splitlines() if line.startswith("PREFECT_"))

    assert BATCHES == made


def test_no_port_is_open_beyond_this_machine() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    ports = [port for service in services.values() for port in service.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
