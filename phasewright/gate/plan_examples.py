"""Examples that a phase's text gives of its functions: `slug("A b")` gives `a-b`. Only what is certain. Pure."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from phasewright.gate.rust.asserted import asserted
from phasewright.gate.rust.written import Question, Value, expression, question_of, value_of

_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_GIVES = re.compile(
    r"\s*(?:,?\s*(?:it |which |this |that )?(?:must |should |shall |will |has to )?"
    r"(?:is|be|are|gives?|returns?|becomes?|yields?|equals?|produces?|prints?|evaluates? to|answers?|results? in)"
    r"|=+>?|[-–—]+>|→|⇒|↦|:)\s*"
)
_OPERATOR = re.compile(r"^(?P<asked>.*\))\s*(?:==|=>|->|→|⇒|↦|=|//\s*(?:=>|->|→|==?)?)\s*(?P<answer>[^=>].*)$")
_DOUBTFUL = re.compile(
    r"\b(currently|today|now|instead|bugs?|wrong\w*|incorrect\w*|not|\w+n't|cannot|never|before|previous\w*|formerly|old"
    r"|used to|was|were|rather|no longer|at present|presently|fails?|failed|broken|breaks|panics?|fix\w*|issue|problem"
    r"|reported|actual\w*|observed|if|when\w*|with|without|after|once|unless|while|under|given|where|mode|default\w*"
    r"|enabled?|disabled?|options?|features?|locale|or|except|but|change\w*|still|already|until|since|roughly|about"
    r"|approximately|like|such as|similar)\b",
    re.IGNORECASE,
)
_NO_TEXT = re.compile(
    r".*(::|[(){}<>\[\]|]|…|\.\.\.).*|[A-Z0-9]+(_[A-Z0-9]+)+|(?i:error|err|ok|none|null|nil|self|unit|nothing|empty|true|false)"
    r"|const|pub|unsafe|async|private|public|deprecated|generic|lazy"
    r"|String|Option|Result|Vec|bool|str|&str|char|[iuf](8|16|32|64|128|size)|Self|\W*|_"
)
_WORD = re.compile(r"[A-Z]\w*")


class Example(NamedTuple):
    """What a function answers, as the plan says."""

    asked: Question
    answer: Value
    is_bare: bool
    """True for an answer that stands there without quotes."""
    text: str

    def contradicts(self, other: Value) -> bool:
        """Return True where *other* is surely another answer."""
        if self.is_bare and other.kind == "none":
            return False
        if self.is_bare and _WORD.fullmatch(str(self.answer.content)):
            return other.kind == "text" and str(other.content).casefold() != str(self.answer.content).casefold()
        return self.answer.is_other(other)


def read_plan_examples(text: str) -> list[Example]:
    """Return the examples in a phase's *text*.

    >>> [(one.asked.path, one.answer.content) for one in read_plan_examples('- `slug("A b")` gives `a-b`')]
    [(('slug',), 'a-b')]
    """
    return [example for line in text.splitlines() for example in _of_line(line)]


def _of_line(line: str) -> Iterator[Example]:
    if line.strip().startswith("assert"):
        yield from _inside(line.strip().rstrip(";"))
        return
    spans = list(_SPAN.finditer(line))
    outside = _SPAN.sub(" ", line)
    if not spans or _DOUBTFUL.search(outside):
        return
    for span in spans:
        yield from _inside(span[2].strip())
    for mine, other in pairwise(spans):
        asked = question_of(expression(mine[2]))
        if asked is not None and _GIVES.fullmatch(line[mine.end() : other.start()]):
            answer = _answer(other[2])
            if answer is not None:
                yield Example(asked, *answer, f"{mine[2]} … {other[2]}")


def _inside(span: str) -> Iterator[Example]:
    """Yield what one span says: `f(1) == 2`, `assert_eq!(f(1), 2)`."""
    if span.startswith("assert"):
        yield from (Example(asked, answer, False, span) for asked, answer in asserted(f"fn f() {{ {span}; }}"))
    elif hit := _OPERATOR.match(span):
        asked, answer = question_of(expression(hit["asked"])), value_of(expression(hit["answer"]))
        if asked is not None and answer is not None:
            yield Example(asked, answer, False, span)


def _answer(span: str) -> tuple[Value, bool] | None:
    """Return the value that a span is, and whether it is text without quotes."""
    text = span.strip()
    written = value_of(expression(text)) if text else None
    if written is not None:
        return written, False
    return None if _NO_TEXT.fullmatch(text) else (Value("text", text), True)
