"""A check without a submission: searches a website for every item, judges what it finds, and drafts the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from audit import choosing
from audit.lock import alone_with
from audit.pipeline import SOFTWARE, Audited, AuditSettings, audit_agencies, evidence_of, read_run
from audit.progress import Silent, Watch
from checks.context import AgencyEvidence
from checks.run import judge
from crawler import crawl, templates, urls
from crawler.belongs import Belonging
from crawler.jobs import CrawlJob
from evidence.store import EvidenceStore, Run
from evidence.text.isolate import Reader
from oit import criteria, submissions
from oit.errors import InputError
from oit.findings import Verdict
from oit.fiscal_year import FISCAL
from oit.model import Agency, Answer, Framework, Submission, YearBasis
from oit.submissions import to_json

DRAFT = "submission.json"
_SEPARATORS = re.compile(r"\s+[|–—:»›>•·-]+\s+|\s*[|:]\s*")
_CODE = re.compile(r"[^A-Za-z0-9._-]+")
_NAME = r"[ก-๙][ก-๙. ()]{1,60}"


@dataclass(frozen=True)
class About:
    """What the person knows of the agency; what is empty is told from the home page."""

    homepage: str
    framework: int
    type: str = ""
    name: str = ""
    code: str = ""
    year_basis: YearBasis = FISCAL


@dataclass(frozen=True)
class SelfChecked:
    """A finished self-check: the audit of what was found, and the draft submission beside its result."""

    audited: Audited
    draft: Path
    searched: str
    pages: int
    template: str

    @property
    def found(self) -> int:
        """How many items something was found for."""
        return sum(bool(entry["urls"]) for entry in self.audited.result["items"])


def selfcheck(about: About, settings: AuditSettings, watch: Watch | None = None) -> SelfChecked:
    """Search the website of `about.homepage`, judge what stands there, and write result, report and draft.

    `settings.crawl.page_budget` is how many pages the search may ask for. A search that was interrupted is taken up.
    Raises InputError for an address that is no web page, a year without criteria or a type the year does not know.
    """
    watch = watch or Silent()
    framework = criteria.load(about.framework)
    blank = Submission(about.framework, _agency(about, framework), (), searched=submissions.SEARCHED[0])
    code = blank.agency.code
    with EvidenceStore.open(settings.store) as store, alone_with(settings.store, [code]):
        run = store.begin_run(to_json(blank), settings.as_of.isoformat(), SOFTWARE, framework.sha256)
        draft, template, pages = _draft(store, run, blank, about, settings, watch)
    once = replace(settings, crawl=replace(settings.crawl, walk=False))
    (audited,) = audit_agencies([draft], once, watch)
    with EvidenceStore.open(settings.store) as store:
        _learn(store, store.run(audited.run_id), audited)
    path = audited.folder / DRAFT
    path.write_text(json.dumps(for_agency(draft, framework), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return SelfChecked(audited, path, draft.searched, pages, template)


def for_agency(draft: Submission, framework: Framework) -> dict[str, Any]:
    """The draft as a submission (`oit-submission/1`) to complete: every item, those not found answered "no"."""
    found = draft.by_item
    answers = tuple(found.get(item.code) or Answer(item.code, False) for item in framework.items)
    return to_json(replace(draft, answers=answers, searched=""))


def _draft(
    store: EvidenceStore, run: Run, blank: Submission, about: About, settings: AuditSettings, watch: Watch
) -> tuple[Submission, str, int]:
    """Search, choose, fetch what was chosen, and choose again where something else would do better."""
    watch.stage("fetch", settings.crawl.page_budget)
    report = crawl(
        [CrawlJob(run.id, blank, about.framework, search=True)], settings.store, settings.crawl, watch.crawled
    )
    whole = report.complete
    pages = sum(agency.fetched for agency in report.agencies)
    with Reader(jobs=settings.jobs, options=settings.read) as reader:
        evidence = evidence_of(store, run, read_run(store, run, reader, watch))
        agency = identified(blank.agency, about, evidence)
        searched = submissions.SEARCHED[1] if whole else submissions.SEARCHED[0]
        draft = replace(blank, agency=agency, searched=searched)
        belonging = Belonging(evidence.framework)
        draft = replace(draft, answers=tuple(choosing.choose(replace(evidence, submission=draft), belonging)))
        run = store.amend_run(run.id, to_json(draft))
        job = CrawlJob(run.id, draft, about.framework)
        crawl([job], settings.store, replace(settings.crawl, walk=False), watch.crawled)
        evidence = evidence_of(store, run, read_run(store, run, reader, watch))
        better = choosing.improved(evidence, judge(evidence))
    draft = replace(draft, answers=tuple(better))
    store.amend_run(run.id, to_json(draft))
    return draft, _template_of(store, evidence), pages


# Who the agency is


def _agency(about: About, framework: Framework) -> Agency:
    """What is known of the agency before its website was seen."""
    homepage = about.homepage if "//" in about.homepage else f"https://{about.homepage}"
    parts = urlsplit(homepage)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError("homepage", [f"{about.homepage!r} is no address such as https://www.example.go.th/"])
    if about.type and about.type not in framework.agency_types:
        known = ", ".join(framework.agency_types)
        raise InputError("--type", [f"{about.type!r} is no type of agency of {framework.year_be}; known: {known}"])
    code = about.code or code_of(homepage)
    kind = about.type or next(iter(framework.agency_types))
    home = urls.clean(homepage) or homepage
    agency = Agency(code, about.name or parts.hostname, kind, "", home, about.year_basis)
    submissions.from_json(to_json(Submission(framework.year_be, agency, ())), "--code")
    return agency


def code_of(homepage: str) -> str:
    """A code for an agency known by its website alone: the host, with the port where it is not the usual one."""
    parts = urlsplit(homepage)
    host = (parts.hostname or "").removeprefix("www.")
    bare = _CODE.sub("-", f"{host}-{parts.port}" if parts.port else host).strip(".-_")
    return bare[:32] or "agency"


def identified(agency: Agency, about: About, evidence: AgencyEvidence) -> Agency:
    """The agency with name and type as its home page tells them, where the person did not."""
    home = evidence.texts.get(evidence.homepage.sha256) if evidence.homepage else None
    lines = [part for part in _SEPARATORS.split(home.title) if part] if home else []
    if home is not None and home.pages:
        lines += home.pages[0].text.split("\n")
    name, kind = _named(lines, evidence.framework)
    named = about.name or name or (_bare(lines[0]) if lines else "") or agency.name
    fallback = "other_state_agency" if "other_state_agency" in evidence.framework.agency_types else agency.type
    return replace(agency, name=named, type=about.type or kind or fallback)


def _named(lines: Sequence[str], framework: Framework) -> tuple[str, str]:
    """The first line, or part of one, that begins with a word for a kind of agency, and that kind."""
    kinds = [kind for kind in choosing.settings()["kind"] if kind["type"] in framework.agency_types]
    for line in map(_bare, lines):
        for kind in kinds:
            for start in kind["starts"]:
                if line.startswith(start) and (hit := re.match(_NAME, line)) and len(hit.group()) > len(start):
                    return hit.group().strip(), str(kind["type"])
    return "", ""


def _bare(line: str) -> str:
    """A line without words of welcome before the name."""
    line, before = line.strip(), ""
    while line != before:
        before = line
        for word in choosing.settings()["title"]["drop"]:
            line = line.removeprefix(word).strip(" -–:|•")
    return line


# Templates


def _features(evidence: AgencyEvidence) -> frozenset[str]:
    home = evidence.texts.get(evidence.homepage.sha256) if evidence.homepage else None
    return templates.features_of(home.links, evidence.agency.homepage) if home else frozenset()


def _template_of(store: EvidenceStore, evidence: AgencyEvidence) -> str:
    """The id of the known template this website is of, or empty."""
    known = [templates.Template.from_json(row) for row in store.site_templates()]
    found = templates.matching(_features(evidence), known)
    return found.id if found else ""


def _learn(store: EvidenceStore, run: Run, audited: Audited) -> None:
    """Keep where this website shows the items that were met, for the next website built like it."""
    known = [templates.Template.from_json(row) for row in store.site_templates()]
    evidence = evidence_of(store, run, _home_text(store, run))
    features = _features(evidence)
    found = {
        entry["slug"]: [templates.address_of(url["url"]) for url in entry["urls"] if url["on_main_website"]]
        for entry in audited.result["items"]
        if entry["verdict"] == Verdict.MET
    }
    before = templates.matching(features, known)
    after = templates.learnt(before, features, run.agency, {slug: places for slug, places in found.items() if places})
    if after is not None and after != before:
        store.put_site_template(after.to_json())


def _home_text(store: EvidenceStore, run: Run) -> dict[str, Any]:
    from evidence.text import READER_VERSION

    homes = [fetch for fetch in store.fetches(run.id) if fetch.purpose == "homepage" and fetch.outcome == "ok"]
    texts = {fetch.sha256: store.get_text(fetch.sha256, READER_VERSION) for fetch in homes}
    return {sha256: text for sha256, text in texts.items() if text is not None}
