"""The words in which criteria say what a command, a file or a number of tests should be like. Patterns alone."""

import re

SUCCEEDS = re.compile(
    r"^\s*(?:still\s+|now\s+)?(?:succeeds?|pass(?:es)?|compiles?|works?|completes?|is clean"
    r"|exits? (?:with )?(?:code )?0|builds?|runs?(?! (?:no|0|zero)\b)"
    r"|(?:reports|shows|gives|produces|has) (?:no|zero) (?:warnings|errors|failures)"
    r"|all (?:\w+ ){0,2}tests pass)\b",
    re.IGNORECASE,
)
FINDS = re.compile(r"^\s*(?:still\s+|now\s+)?(?:finds|returns? (?:a )?match(?:es)?)\b(?! only| no)", re.IGNORECASE)
"""Of a program that searches."""
NO_OUTPUT = re.compile(
    r"^\s*(?:now\s+)?(?:returns?|finds?|shows?|has|yields?|produces?|prints?|gives?)\s+"
    r"(?:no|none|nothing|zero|0)\b(?! longer)|^\s*(?:is|returns?) empty",
    re.IGNORECASE,
)
TELLS = re.compile(r"^\s*(?:shows?|displays?|prints?|outputs?|lists?)\b", re.IGNORECASE)
PRINTS = re.compile(r"^\s*(?:prints|outputs)\s+(?:exactly\s+)?`[^`]+`", re.IGNORECASE)
MAY_FAIL = re.compile(
    r"\b(?:errors?|usage|panics?|invalid|missing|wrong|refus\w*|reject\w*|fail\w*|non-?zero|when no"
    r"|without (?:a|an|any)|until|unless|(?:code|status) [1-9])\b",
    re.IGNORECASE,
)
"""What is said of a program that is right to end otherwise than well."""
ASKS_FOR_HELP = frozenset({"--help", "-h", "help", "--version", "-V"})
"""What a program answers with success, whatever it says."""
NONE_LEFT = re.compile(r"\b(?:no|none|nothing|without|gone|removed|never)\b|\bnot? (?:more|longer)\b", re.IGNORECASE)
NO_COMPLAINT = re.compile(
    r"\b(?:no|zero|without) (?:\w+ ){0,2}(?:warnings?|errors?|failures?|lints?|regressions?|problems?|differences?)\b",
    re.IGNORECASE,
)
SAYS_NO = re.compile(
    r"\b(?:no|not|none|nothing|without|never|fails?|failing|errors?|must|cannot)\b|n't\b", re.IGNORECASE
)

EXISTS = re.compile(r"exists?\b(?!\s+(?:after|when|once|in|only|if|no)\b)", re.IGNORECASE)
MISSING = re.compile(
    r"\b(?:does|do)\s+NOT\s+exist\b|\bno longer exists?\b|\bexists? no (?:more|longer)\b|\bis (?:removed|deleted)\b",
    re.IGNORECASE,
)
FILE = re.compile(r"^(?:\**(?:file|directory|folder|test fixture)s?\**:?\s+)?`", re.IGNORECASE)
NAMES_A_FILE = re.compile(r"^\**files?\b", re.IGNORECASE)
FEW_LINES = re.compile(
    r"\b(?:no more than|not more than|at most|fewer than|less than|under|below|max(?:imum)?(?: of)?)\s*"
    r"(?P<n>\d{1,6})\s*lines?\b",
    re.IGNORECASE,
)
LINES = re.compile(
    r"(?<!no )(?<!not )(?<!was )(?<!from )(?P<more>>|over|more than)\s*(?P<n1>\d{1,6})\s*lines"
    r"|(?:>=|≥|at least)\s*(?P<n2>\d{1,6})\s*lines|\b(?P<n3>\d{1,6})\+\s*lines",
    re.IGNORECASE,
)

_KINDS = (
    r"(?:new|more|passing|unit|integration|regression|property(?:-based)?|doc|total|different|additional|dedicated"
    r"|separate|focused|automated|end-to-end|smoke|snapshot|async)"
)
_NO_TESTS = (
    r"(?!\s+(?:cases?|files?|helpers?|modules?|targets?|scenarios?|data|fixtures?|suites?|inputs?|lines?|rows?)\b)"
)
COUNTS = re.compile(
    rf"(?:at least|minimum(?: of)?|>=|≥)\s*(\d{{1,5}})\s+(?:{_KINDS}\s+){{0,3}}tests?\b{_NO_TESTS}"
    rf"|\b(\d{{1,5}})\+\s+(?:{_KINDS}\s+){{0,3}}tests?\b{_NO_TESTS}"
    rf"|^\**(\d{{1,5}})\s+new\s+(?:{_KINDS}\s+){{0,2}}tests?\b{_NO_TESTS}"
    rf"|^\**(\d{{1,5}})\s+(?:{_KINDS}\s+){{0,2}}tests?\s+(?:are\s+|is\s+)?(?:added|written|implemented)\b",
    re.IGNORECASE,
)
NAMED_TEST = re.compile(
    r"^\**(?:The |New )?(?:(?:unit|integration|regression) )?test\**:?\s+`(?P<name>[^`]*)`\s*"
    r"(?:(?:exists|is (?:added|there|written)) and )?(?:still |now )?(?:pass(?:es)?|succeeds?|is green)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
A_TEST = re.compile(r"[a-z_]\w*(?:::[a-z_]\w*)*")
ELSEWHERE = re.compile(
    r"\b(?:windows|mac ?os|wasm\w*|nightly|miri|manual\w*|ignored|features?|release|locally)\b|`|--", re.IGNORECASE
)
"""Another machine, another build: not what the gate has run."""
WHOLE_SUITE = re.compile(
    r"^\**(?:all\s+)?(?:the\s+)?(?:(?:old|existing|unit|integration|other|remaining)\s+)?tests (?:still )?pass\**\.?$",
    re.IGNORECASE,
)
ALL_TESTS = re.compile(r"^\**[^:`]*\btests?\b[^:`]*\b(?:pass|succeed)[^:`]*:\**\s*`", re.IGNORECASE)
TOLD = re.compile(r"^(?P<label>[^`]*[^`\s]):\s*`[^`]+`\s*(?:\([^()]*\))?\.?$")
SAYS = re.compile(
    r"^\s*(?:now )?(?:documents|mentions|describes|contains|includes)\s+(?:the )?`(?P<what>[^`]+)`[\w ]*\.?$",
    re.IGNORECASE,
)
