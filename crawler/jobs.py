"""What is asked of a crawl and what it reports, in the shapes that travel between the two processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from oit.model import Agency, Answer, Submission, YearBasis


@dataclass(frozen=True)
class CrawlJob:
    """One agency to crawl: the run its fetches belong to, what it submitted, and the year whose items it answers."""

    run_id: str
    submission: Submission
    framework_year: int
    search: bool = False
    """Search the main website for the items, rather than fetch what was submitted."""

    def to_json(self) -> dict[str, Any]:
        """This job as a JSON object."""
        agency = asdict(self.submission.agency)
        answers = [asdict(answer) for answer in self.submission.answers]
        about = {"run_id": self.run_id, "framework_year": self.framework_year, "search": self.search}
        return about | {"agency": agency, "answers": answers}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CrawlJob:
        """The job of a JSON object written by `to_json`."""
        agency = Agency(**{**data["agency"], "year_basis": YearBasis(**data["agency"]["year_basis"])})
        answers = tuple(Answer(**{**answer, "urls": tuple(answer["urls"])}) for answer in data["answers"])
        submission = Submission(data["framework_year"], agency, answers)
        return cls(data["run_id"], submission, data["framework_year"], bool(data.get("search")))


@dataclass(frozen=True, slots=True)
class AgencyReport:
    """How the crawl of one agency went. `complete`: every submitted URL has an outcome and no stage was cut short.

    `pictures` were made of stored pages in `picture_seconds` (part of `seconds`).
    """

    run_id: str
    agency: str
    complete: bool
    fetched: int = 0
    via_browser: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    detail: str = ""
    pictures: int = 0
    picture_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """How a crawl went: `complete` only if every agency's is. `detail` says what went wrong with the whole."""

    complete: bool
    agencies: tuple[AgencyReport, ...]
    detail: str = ""

    def of(self, run_id: str) -> AgencyReport | None:
        """The report of that run, None if the crawl never came to it."""
        return next((report for report in self.agencies if report.run_id == run_id), None)
