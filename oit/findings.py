"""What a judgement consists of: verdicts, reasons, quotes and findings, in the shapes of the result contract."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNSURE = "unsure"
    EXCLUDED = "excluded"


class Outcome(StrEnum):
    """How a fetch (or the reading of what was fetched) ended. Never a verdict by itself."""

    OK = "ok"
    NOT_FOUND = "not_found"
    SOFT_404 = "soft_404"
    LOGIN_REQUIRED = "login_required"
    HTTP_ERROR = "http_error"
    DNS_ERROR = "dns_error"
    REFUSED = "refused"
    RESET = "reset"
    TIMEOUT = "timeout"
    TLS_ERROR = "tls_error"
    BLOCKED = "blocked"
    TOO_LARGE = "too_large"
    UNSUPPORTED_TYPE = "unsupported_type"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    UNREADABLE = "unreadable"
    ROBOTS_DISALLOWED = "robots_disallowed"
    FORBIDDEN_ADDRESS = "forbidden_address"


class Reason(StrEnum):
    """Why a verdict is not `met`. Sentences live in reports/messages.toml. Outcomes are reasons too."""

    NOT_FOUND = "not_found"
    SOFT_404 = "soft_404"
    LOGIN_REQUIRED = "login_required"
    HTTP_ERROR = "http_error"
    DNS_ERROR = "dns_error"
    REFUSED = "refused"
    RESET = "reset"
    TIMEOUT = "timeout"
    TLS_ERROR = "tls_error"
    BLOCKED = "blocked"
    TOO_LARGE = "too_large"
    UNSUPPORTED_TYPE = "unsupported_type"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    UNREADABLE = "unreadable"
    ROBOTS_DISALLOWED = "robots_disallowed"
    FORBIDDEN_ADDRESS = "forbidden_address"
    ANSWERED_NO = "answered_no"
    NOT_ANSWERED = "not_answered"
    NOT_ASKED = "not_asked"
    NO_URL = "no_url"
    NOT_FOUND_ON_SITE = "not_found_on_site"
    HOMEPAGE_ONLY = "homepage_only"
    EXCLUSION_REQUESTED = "exclusion_requested"
    CRITERIA_UNVERIFIED = "criteria_unverified"
    ELEMENT_MISSING = "element_missing"
    YEAR_WRONG = "year_wrong"
    YEAR_ABSENT = "year_absent"
    YEAR_DOUBTFUL = "year_doubtful"
    PERIOD_INCOMPLETE = "period_incomplete"
    PERIOD_NOT_OVER = "period_not_over"
    PLAN_EXPIRED = "plan_expired"
    WRONG_DOCUMENT = "wrong_document"
    OTHER_AGENCY = "other_agency"
    CRITERIA_TEXT_ONLY = "criteria_text_only"
    EMPTY_FORM = "empty_form"
    NOT_ON_MAIN_WEBSITE = "not_on_main_website"
    CHANNEL_NOT_SEPARATE = "channel_not_separate"
    CHANNEL_NOT_ONLINE = "channel_not_online"
    NOT_TWO_WAY = "not_two_way"
    NOT_CURRENT_HEAD = "not_current_head"
    ONE_SIDE_ONLY = "one_side_only"
    UNIT_LEVEL_ONLY = "unit_level_only"
    SCANNED_WITHOUT_OCR = "scanned_without_ocr"
    WEAK_MATCH = "weak_match"
    DOWN_AFTER_NOTICE = "down_after_notice"
    CHECK_ERROR = "check_error"


class Note(StrEnum):
    """Remarks beside a verdict; by themselves they never change it."""

    TOO_MANY_URLS = "too_many_urls"
    ACCESS_PATH_MISSING = "access_path_missing"
    POSTED_LATE = "posted_late"
    NOT_APPROVED = "not_approved"
    OTHER_FRAMEWORK = "other_framework"
    TLS_UNVERIFIED = "tls_unverified"
    PLAN_NOT_FOLLOWED = "plan_not_followed"


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of a stored document that carries a claim.

    `text` is what a person sees; `raw` the reader's exact characters, found verbatim when `reader` reads page `page`
    of document `sha256` again. `start`/`end` are offsets into that page's raw text. `boxes` are
    `(page, x0, y0, x1, y1)` in PDF points (pixels for pictures), origin top left; empty for HTML.
    """

    url: str
    sha256: str
    page: int
    reader: str
    text: str
    raw: str
    start: int = -1
    end: int = -1
    boxes: tuple[tuple[float, float, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found of one element (or of the item's year). `score` is the strength of the match, 0 to 1."""

    verdict: Verdict
    confidence: float
    reasons: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    score: float = 0.0
    looked_for: tuple[str, ...] = ()
    detail: str = ""

    def because(self, *reasons: str) -> Finding:
        """The same finding with these reasons in front."""
        return replace(self, reasons=tuple(dict.fromkeys((*reasons, *self.reasons))))


@dataclass(frozen=True, slots=True)
class ElementResult:
    """The finding of one element of an item, under the element's id."""

    id: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class YearResult:
    """The finding of an item's year rule. `found_be`: Buddhist years found; `months_missing`: BE months `2564-11`.

    `parts`: where several rules hold for different elements, the finding of each; this one then sums them up.
    """

    rule: str
    finding: Finding
    found_be: tuple[int, ...] = ()
    months_missing: tuple[str, ...] = ()
    parts: tuple[YearResult, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemResult:
    """The judgement of one item of one agency; `score` follows from the verdict (100, 0 or None)."""

    item: str
    slug: str
    verdict: Verdict
    confidence: float
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    elements: tuple[ElementResult, ...] = ()
    year: YearResult | None = None
    documents: tuple[str, ...] = field(default=())
    detail: str = ""
    found_elsewhere: tuple[tuple[str, float], ...] = ()
    """URLs of the main website, not submitted, that would answer the item, with confidence."""
    strength: float = 0.0
    """How strong the findings are that the verdict rests on, 0 to 1; `confidence` is the probability learnt from it."""
    before_line: Verdict | None = None
    """The verdict of the findings alone; another one than `verdict` where it was too weak to stand."""

    @property
    def score(self) -> int | None:
        """100, 0, or None where the item is unsure or excluded (ITA Manual 2022, item rule)."""
        return {Verdict.MET: 100, Verdict.NOT_MET: 0}.get(self.verdict)
