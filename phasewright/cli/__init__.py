"""The command line: the only part of the library that may import the other rooms. One file a command.

Commands are named by import path and loaded when they are called, so that `--help` imports neither prefect nor
anthropic. Standard output carries the answer, standard error the story; an error is never exit 0 and never a
traceback.
"""

import os
import sys

from cyclopts import App, CycloptsError

from phasewright import __version__, project_root
from phasewright.errors import PhasewrightError

STOPPED = 130
MACHINERY = 5
USAGE = 2

app = App(
    name="phasewright",
    help="Run a multi-phase plan with agents, and believe only what can be proved.",
    version=__version__,
    help_format="plaintext",
    result_action="return_value",
)

app.command(
    "phasewright.cli.model_server:model_server",
    name="model-server",
    help="Play a scripted session as a Messages API server, until stopped.",
)
app.command("phasewright.cli.deploy:deploy", help="Put the deployments on the configured Prefect server.")


def main() -> None:
    """Run the command line and exit with its code (design section 4, "Command line")."""
    project_root()
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


def _say(text: str) -> None:
    print(f"phasewright: {text}", file=sys.stderr)
