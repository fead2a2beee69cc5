"""Verdicts: what must hold during a fault of a neighbour and after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.drill.load import BROKEN, Answer

LONGEST = 15.0  # seconds until any answer
HEALTHZ = 1.0
GOOD_AGAIN = 5.0  # seconds from the neighbour's return to the first good answer of each kind
REFUSED_FOR_NOW = 503
EXPECTED = {200, 201, 204, REFUSED_FOR_NOW}


@dataclass
class Verdict:
    """The result of one fault."""

    neighbour: str
    fault: str
    answers: int = 0
    refused: int = 0
    longest: float = 0.0
    longest_healthz: float = 0.0
    good_again: float = 0.0
    faults: list[str] = field(default_factory=list)

    HEADINGS = ("neighbour", "fault", "answers", "503", "longest", "healthz", "good again", "")

    def cells(self) -> tuple[str, ...]:
        seconds = [f"{value:.1f} s" for value in (self.longest, self.longest_healthz, self.good_again)]
        told = "; ".join(self.faults) or "holds"
        return (self.neighbour, self.fault, str(self.answers), str(self.refused), *seconds, told)


def judge(
    neighbour: str, fault: str, answers: Sequence[Answer], *, returned_at: float, usual: Mapping[str, float]
) -> Verdict:
    """Hold all `answers` that were asked for since the fault began to what must hold.

    `usual` is how long answers of each kind take on this machine without a fault: hashing a password takes seconds on a
    busy one, whatever failed before.
    """
    verdict = Verdict(neighbour, fault, answers=len(answers))
    verdict.refused = sum(answer.status == REFUSED_FOR_NOW for answer in answers)
    verdict.longest = max(answer.seconds for answer in answers)
    verdict.longest_healthz = max((a.seconds for a in answers if a.name == "healthz"), default=LONGEST)
    names = sorted({answer.name for answer in answers})
    waits = {name: _good_again(name, answers, returned_at) for name in names}
    verdict.good_again = max(waits.values())
    for answer in answers:
        if answer.status not in EXPECTED:
            told = "no answer" if answer.status == BROKEN else str(answer.status)
            verdict.faults.append(f"{told} to {answer.name} after {answer.seconds:.1f} s")
    if verdict.longest > LONGEST:
        verdict.faults.append(f"{max(answers, key=lambda a: a.seconds).name} took {verdict.longest:.1f} s")
    if verdict.longest_healthz > HEALTHZ:
        verdict.faults.append("healthz was slow")
    verdict.faults += [
        f"{name} only after {wait:.1f} s" for name, wait in waits.items() if wait > GOOD_AGAIN + usual.get(name, 0)
    ]
    return verdict


def usual_seconds(answers: Sequence[Answer]) -> dict[str, float]:
    """The median of each kind."""
    names = {answer.name for answer in answers}
    return {name: median(answer.seconds for answer in answers if answer.name == name) for name in names}


def _good_again(name: str, answers: Sequence[Answer], returned_at: float) -> float:
    """Seconds from the return to the first good answer that came after it; LONGEST where there was none."""
    good = [a.came - returned_at for a in answers if a.name == name and a.status < 300 and a.came >= returned_at]
    return max(min(good, default=LONGEST), 0)


def table(verdicts: Sequence[Verdict]) -> str:
    """The verdicts as a table in Markdown."""
    rows = [Verdict.HEADINGS, tuple("---" for _ in Verdict.HEADINGS), *(verdict.cells() for verdict in verdicts)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
