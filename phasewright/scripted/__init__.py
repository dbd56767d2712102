"""A Messages API server that plays a script: what the demo, the tests and `phasewright model-server` talk to.

It is strict: a request that the live API refuses is refused here too (`contract`), so that a conversation that works
against it works in earnest. docs/scripted-sessions.md describes the script format.
"""

from phasewright.scripted.conversation import Conversation
from phasewright.scripted.script import Call, Fault, Script, ScriptedConversation, Step, load_script
from phasewright.scripted.server import Handler, ScriptedServer, start

__all__ = [
    "Call",
    "Conversation",
    "Fault",
    "Handler",
    "Script",
    "ScriptedConversation",
    "ScriptedServer",
    "Step",
    "load_script",
    "start",
]
