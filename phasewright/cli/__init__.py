"""The command line: the only part of the library that may import the other rooms. One file a command.

Commands are named by import path and loaded when they are called, so that `--help` imports neither prefect nor
anthropic. Standard output carries the answer, standard error the story; an error is never exit 0 and never a
traceback.
"""

import gc
import os
import sys

from cyclopts import App, CycloptsError

from phasewright import __version__, project_root
from phasewright.errors import PhasewrightError

STOPPED = 130
MACHINERY = 5
USAGE = 2
GARBAGE_THRESHOLD = 50_000

app = App(
    name="phasewright",
    help="Run a multi-phase plan with agents, and believe only what can be proved.",
    version=__version__,
    help_format="plaintext",
    result_action="return_value",
)

COMMANDS = {
    "run": "execute a plan: agents work, the gate decides, what passes lands",
    "check": "read a plan and say what is wrong with it, or nothing",
    "graph": "what runs after what, what may run together, and the critical path",
    "plan": "what a run of a plan would do, without doing anything",
    "init": "write a plan template and a folder for agents",
    "verify": "the gate alone, on two commits",
    "resume": "go on with a run that stopped, crashed or did not succeed",
    "status": "what is happening, or how the last run ended",
    "report": "what happened in a run and what it cost; --html writes all of it into one file",
    "answer": "answer the question of a paused run",
    "accept": "accept a finding of the gate, by name and with a reason",
    "replay": "a run again from its recorded model traffic, at no cost",
    "demo": "the example plan from start to end, with scripted agents",
    "doctor": "what is missing on this machine, and how to get it",
    "clean": "remove what finished runs leave on the disk",
    "deploy": "put the deployments on the configured Prefect server",
    "serve": "server, schedule and runner here in one process, until stopped",
    "ui": "past and present runs in Prefect's interface, until stopped",
    "model-server": "play a scripted session as a Messages API server, until stopped",
}
"""Name → what it does, in the order of `--help`. Each is a function of the same name in a module of the same name."""

for _name, _help in COMMANDS.items():
    _module = _name.replace("-", "_")
    app.command(f"phasewright.cli.{_module}:{_module}", name=_name, help=_help, sort_key=list(COMMANDS).index(_name))


def main() -> None:
    """Run the command line and exit with its code (design section 4, "Command line")."""
    project_root()
    # Loading modules and reading a plan make many objects and hardly a cycle: the default looks after every 700.
    gc.set_threshold(GARBAGE_THRESHOLD)
    # Looking for pydantic's plugins takes every start 30 ms, and there are none that we want.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if sys.argv[1:] in ([], ["-h"], ["--help"]):
        print(_overview())
        raise SystemExit(0)
    try:
        code = app(exit_on_error=False, print_error=False)
    except CycloptsError as error:
        _say(f"{error}\nTry: phasewright --help")
        code = USAGE
    except PhasewrightError as error:
        _say(str(error))
        code = error.exit_code
    except KeyboardInterrupt:
        _say("stopped")
        code = STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = MACHINERY
    except Exception as error:
        if os.environ.get("PHASEWRIGHT_DEBUG"):
            raise
        _say(f"phasewright itself failed: {type(error).__name__}: {error}\nPHASEWRIGHT_DEBUG=1 shows where")
        code = MACHINERY
    raise SystemExit(code if isinstance(code, int) else 0)


def _overview() -> str:
    """Return the help of the whole, in plain text: it must answer at once, and drawing it in boxes takes longer."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {help_}" for name, help_ in COMMANDS.items()]
    usage = "Usage: phasewright COMMAND [OPTIONS]\n       phasewright COMMAND --help\n       phasewright --version"
    claim = "Run a multi-phase plan with agents, and believe only what can be proved."
    return "\n".join([claim, "", usage, "", *lines])


def _say(text: str) -> None:
    print(f"phasewright: {text}", file=sys.stderr)
