"""Knows what to tell an agency about one item: the values behind its sentences, and the steps that would mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.text import dates
from oit.findings import Outcome, Reason, Verdict
from oit.model import Framework, Item, YearRule
from reports import messages
from reports.messages import LANGUAGES

_LONGEST_LIST = 3
_LONGEST_PLAN = 20
"""Years; a longer span is no period but two years that stand side by side."""
_TOLD_BY_STEPS = frozenset({Reason.ELEMENT_MISSING, Reason.WEAK_MATCH, Reason.YEAR_WRONG, Reason.PLAN_EXPIRED})
_ADDED_TO = frozenset({Reason.YEAR_WRONG, Reason.PLAN_EXPIRED, Reason.PERIOD_INCOMPLETE})
_ABOUT_YEAR = frozenset({Reason.YEAR_WRONG, Reason.YEAR_ABSENT, Reason.YEAR_DOUBTFUL, Reason.PLAN_EXPIRED})
_NOT_THE_DOCUMENT = frozenset(
    {Reason.WRONG_DOCUMENT, Reason.OTHER_AGENCY, Reason.CRITERIA_TEXT_ONLY, Reason.YEAR_WRONG}
)
_NOTHING_TO_ADD_TO = frozenset(
    {str(outcome) for outcome in Outcome}
    | {Reason.ANSWERED_NO, Reason.NOT_ANSWERED, Reason.NO_URL, Reason.HOMEPAGE_ONLY, Reason.EXCLUSION_REQUESTED}
    | {Reason.DOWN_AFTER_NOTICE, Reason.CHECK_ERROR, Reason.SCANNED_WITHOUT_OCR, Reason.CRITERIA_UNVERIFIED}
)
_SUSPECTED = frozenset(
    {Reason.WRONG_DOCUMENT, Reason.OTHER_AGENCY, Reason.CRITERIA_TEXT_ONLY, Reason.EMPTY_FORM, Reason.YEAR_WRONG}
    | {Reason.PLAN_EXPIRED, Reason.NOT_ON_MAIN_WEBSITE, Reason.CHANNEL_NOT_SEPARATE, Reason.CHANNEL_NOT_ONLINE}
    | {Reason.NOT_TWO_WAY, Reason.NOT_CURRENT_HEAD, Reason.ONE_SIDE_ONLY, Reason.UNIT_LEVEL_ONLY}
)
"""Reasons that, of an item that is unsure, say what is suspected and not what is known."""
_Lines = dict[str, list[str]]


def advise(entry: Mapping[str, Any], item: Item, framework: Framework, agency: Mapping[str, Any]) -> dict[str, str]:
    """What to do about an item, one step a line, as `{"th": …, "en": …}`; both empty where nothing is to be done.

    `entry` is the item's object of `oit-result/1` (all keys but `advice`); `agency` its agency object. The steps follow
    its reasons, the required elements not found, its year rule, pages found elsewhere and its notes.
    """
    values = sentence_values(entry, item, framework, agency)
    lines: _Lines = {lang: [] for lang in LANGUAGES}
    if entry["verdict"] in (Verdict.NOT_MET, Verdict.UNSURE):
        first, later = _by_weight(entry["reasons"])
        _add_reasons(lines, entry, first, values)
        _add_elements(lines, entry, item, values)
        _add_reasons(lines, entry, later, values)
        _add_year(lines, entry, item, framework, agency)
        _add_exceptions(lines, entry, item)
        _add_elsewhere(lines, entry)
        _add_questions(lines, entry, item, framework, agency)
    for note in entry["notes"]:
        _add(lines, {lang: messages.to_do(f"note.{note}", lang, **values) for lang in LANGUAGES})
    return {lang: "\n".join(dict.fromkeys(lines[lang])) for lang in LANGUAGES}


def sentence_values(
    entry: Mapping[str, Any], item: Item, framework: Framework, agency: Mapping[str, Any]
) -> dict[str, Any]:
    """The values that an item's reason sentences may name (`reports.messages.sentence`)."""
    year = entry.get("year") or {}
    return {
        "item": entry["item"].upper(),
        "title": {"th": item.title.th, "en": item.title.en},
        "agency": agency["name"],
        "year": messages.working_year(framework.year_be, _is_fiscal(agency)),
        "element": _elements_named(entry, item),
        "found": years_named(year),
        "months": {lang: messages.be_months(year.get("months_missing", ()), lang) for lang in LANGUAGES},
        "url": entry["urls"][0]["url"] if entry["urls"] else "",
        "rival": _rival(entry, framework),
    }


def years_named(year: Mapping[str, Any]) -> str:
    """The years that decided a year finding, in order, a run of them as `2561–2564`; empty where none was found.

    Those that its quotes name; a document names others in passing. All that were found where its quotes name none.
    """
    found = {*year.get("found_be", ())}
    named: set[int] = set()
    for quote in year.get("quotes", ()):
        for mention in dates.find(quote["text"]):
            if mention.year_be and mention.year_be in found:
                last = mention.year_to_be or mention.year_be
                named |= {*range(mention.year_be, min(last, mention.year_be + _LONGEST_PLAN) + 1)}
    return ", ".join(_runs(sorted(named or found)))


def _runs(years: Sequence[int]) -> list[str]:
    """Years in order, neighbours joined."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]


def _rival(entry: Mapping[str, Any], framework: Framework) -> messages.Dressed | str:
    """The item that a wrong document belongs to, where the check names one."""
    for element in entry["elements"]:
        if Reason.WRONG_DOCUMENT in element["reasons"] and (rival := framework.by_code.get(element.get("detail", ""))):
            return messages.Dressed(
                **{
                    lang: messages.seen("label.nearer_to", lang, item=rival.code.upper(), title=_pair(rival.title))
                    for lang in LANGUAGES
                }
            )
    return ""


def _by_weight(reasons: Sequence[str]) -> tuple[list[str], list[str]]:
    """The reasons to answer before the missing details, and those about the year that come after another reason."""
    later = [reason for reason in reasons[1:] if reason in _ABOUT_YEAR]
    return [reason for reason in reasons if reason not in later], later


def reason_seen(id: str, verdict: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What a reason says was seen; of an item that is unsure, what is only suspected is said so."""
    said = messages.both(f"reason.{id}", **values)
    if verdict == Verdict.UNSURE and id in _SUSPECTED:
        return messages.both("label.perhaps", text=said)
    return said


def year_asked(rule: YearRule, framework: Framework) -> int:
    """The fiscal year (Buddhist Era) that a year rule speaks of."""
    return framework.year_be + (rule.fy_offset or 0)


def year_sentence(
    item: Item, framework: Framework, agency: Mapping[str, Any], table: str = "year_rule"
) -> dict[str, str]:
    """The item's year rules in words, with their years: what is asked (`year_rule`) or what to do (`year_advice`).

    The criteria's own words where the kind of rule has no sentence, and where the agency's year is not the fiscal year,
    since six months may then be three. An item whose elements have rules of their own names each rule.
    """
    told = [
        _rule_sentence(rule, framework, agency, table)
        for rule in (item.year_rule, *item.additional_year_rules)
        if rule is item.year_rule or rule.kind not in ("current_no_year", "unverified")
    ]
    return {lang: "; ".join(dict.fromkeys(sentence[lang] for sentence in told)) for lang in LANGUAGES}


def _rule_sentence(rule: YearRule, framework: Framework, agency: Mapping[str, Any], table: str) -> dict[str, str]:
    id = f"{table}.{rule.kind}"
    if not messages.known(id) or not _is_fiscal(agency):
        return _pair(rule.text)
    return messages.both(id, year=year_asked(rule, framework))


def missing_elements(entry: Mapping[str, Any], item: Item, *verdicts: str) -> list[Any]:
    """The item's elements (oit.model.Element) that the result gives one of `verdicts`, in the order of the criteria."""
    found = {element["id"]: element["verdict"] for element in entry["elements"]}
    return [
        element for element in item.elements if element.requirement != "example" and found.get(element.id) in verdicts
    ]


def _elements_named(entry: Mapping[str, Any], item: Item) -> messages.Dressed | None:
    """The elements a sentence is about: those not found, else those not certain; the first few by name."""
    chosen = missing_elements(entry, item, Verdict.NOT_MET) or missing_elements(entry, item, Verdict.UNSURE)
    if not chosen:
        return None
    more = len(chosen) - _LONGEST_LIST
    named = {
        lang: ", ".join(f"“{getattr(element.text, lang)}”" for element in chosen[:_LONGEST_LIST])
        + (messages.seen("label.more_named", lang, count=more) if more > 0 else "")
        for lang in LANGUAGES
    }
    return messages.Dressed(**named)


def _add_reasons(lines: _Lines, entry: Mapping[str, Any], reasons: Sequence[str], values: Mapping[str, Any]) -> None:
    """What each reason asks for; reasons about elements and years are answered in more detail by the steps below."""
    for reason in reasons:
        detailed = entry["verdict"] == Verdict.NOT_MET and reason in _TOLD_BY_STEPS
        if messages.known(f"reason.{reason}") and not detailed:
            _add(lines, {lang: messages.to_do(f"reason.{reason}", lang, **values) for lang in LANGUAGES})


def _add_elements(lines: _Lines, entry: Mapping[str, Any], item: Item, values: Mapping[str, Any]) -> None:
    if entry["verdict"] == Verdict.UNSURE:
        return
    if set(entry["reasons"][:1]) & _NOTHING_TO_ADD_TO:
        return
    missing = missing_elements(entry, item, Verdict.NOT_MET)
    if missing:
        _add(lines, _place_to_add(entry))
    for element in missing:
        example = f"example.{element.id}"
        how = messages.both(example, year=values["year"]) if messages.known(example) else ""
        _add(
            lines,
            messages.both("advice.element_how" if how else "advice.element", element=_pair(element.text), text=how),
        )


def _add_questions(
    lines: _Lines, entry: Mapping[str, Any], item: Item, framework: Framework, agency: Mapping[str, Any]
) -> None:
    """What a reviewer has to decide about an item that is unsure, and where to look: one question for each doubt."""
    if entry["verdict"] != Verdict.UNSURE:
        return
    doubts = missing_elements(entry, item, Verdict.UNSURE, Verdict.NOT_MET)
    questions = [messages.both("advice.check_element", element=_pair(element.text)) for element in doubts]
    year = entry["year"]
    if year and year["verdict"] != Verdict.MET:
        questions.append(messages.both("advice.check_year", text=year_sentence(item, framework, agency)))
    if questions:
        opened = [*_opened(entry), *(url["url"] for url in entry["urls"])]
        _add(lines, messages.both("advice.look_at", url=opened[0] if opened else agency.get("homepage", "")))
    for question in questions:
        _add(lines, question)


def _is_fiscal(agency: Mapping[str, Any]) -> bool:
    return agency.get("year_basis", "fiscal") == "fiscal"


def _place_to_add(entry: Mapping[str, Any]) -> dict[str, str]:
    """The document that already shows other elements of the item, else the first URL of the answer that opened."""
    if entry["reasons"] and entry["reasons"][0] in _NOT_THE_DOCUMENT:
        return messages.both("advice.right_document")
    quoted = [quote["url"] for element in entry["elements"] for quote in element["quotes"]]
    place = next(iter([*quoted, *_opened(entry)]), "")
    return messages.both("advice.add_to" if place else "advice.add_to_website", url=place)


def _opened(entry: Mapping[str, Any]) -> list[str]:
    """The URLs of the answer that opened: a page of the agency first, since a file cannot be added to."""
    opened = [url for url in entry["urls"] if url["outcome"] == Outcome.OK]
    return [url["url"] for url in sorted(opened, key=lambda url: "html" not in url["content_type"])]


def _add_year(
    lines: _Lines, entry: Mapping[str, Any], item: Item, framework: Framework, agency: Mapping[str, Any]
) -> None:
    year = entry["year"]
    if not year or year["verdict"] == Verdict.MET:
        return
    if not year["months_missing"] and not _ABOUT_YEAR & {*year["reasons"], *entry["reasons"]}:
        return
    _add(lines, messages.both("advice.year", text=year_sentence(item, framework, agency, "year_advice")))
    if {*year["reasons"], *entry["reasons"]} & _ADDED_TO and (opened := _opened(entry)):
        _add(lines, messages.both("advice.publish_at", url=opened[0]))
    if year["months_missing"] and Reason.PERIOD_INCOMPLETE in {*year["reasons"], *entry["reasons"]}:
        months = {lang: messages.be_months(year["months_missing"], lang) for lang in LANGUAGES}
        _add(lines, messages.both("advice.months", months=months))


def _add_exceptions(lines: _Lines, entry: Mapping[str, Any], item: Item) -> None:
    """Reliefs of the item, which often settle what is missing; conditions are told by their own reasons."""
    if entry["verdict"] != Verdict.NOT_MET:
        return
    for rule in item.exceptions:
        if rule.effect == "relief":
            _add(lines, messages.both("advice.relief", text=_pair(rule.text)))


def _add_elsewhere(lines: _Lines, entry: Mapping[str, Any]) -> None:
    for found in entry["found_elsewhere"][:1]:
        _add(lines, messages.both("advice.elsewhere", url=found["url"]))


def _add(lines: _Lines, step: Mapping[str, str]) -> None:
    for lang in LANGUAGES:
        if step[lang]:
            lines[lang].append(step[lang])


def _pair(text: Any) -> dict[str, str]:
    return {"th": text.th, "en": text.en}
