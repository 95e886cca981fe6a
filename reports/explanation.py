"""Knows how an explanation of one verdict (`oit-explanation/1`) reads: question by question, in plain lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oit import criteria
from oit.findings import Reason, Verdict
from reports import messages
from reports.advice import reason_seen, sentence_values, year_sentence
from reports.visible import address, plain

_TERMS_SHOWN, _MATCHES_SHOWN, _TIMES_SHOWN, _QUOTES_SHOWN, _SOURCES_SHOWN = 8, 3, 5, 3, 25
_LONGEST = 160
_MARKS = {Verdict.MET: "found_mark", Verdict.NOT_MET: "missing_mark", Verdict.UNSURE: "doubt_mark"}


def lines(told: Mapping[str, Any], lang: str = "th") -> list[str]:
    """The explanation as lines for a terminal. Raises ValueError for a language other than th and en."""
    page = _Page(told, lang)
    parts = [page.headline(), page.answer(), page.asked(), page.places(), page.elements(), page.year()]
    parts += [page.trouble(), page.changes()]
    return [line for part in parts for line in part]


class _Page:
    """One explanation in one language; every method gives the lines of one question."""

    def __init__(self, told: Mapping[str, Any], lang: str) -> None:
        self._told, self._lang = told, lang
        self._framework = criteria.load(told["framework"])
        self._entry = told["item"]
        self._item = self._framework.by_code[self._entry["item"]]
        self._values = sentence_values(self._entry, self._item, self._framework, told["agency"])
        self._numbers = {source["url"]: n for n, source in enumerate(told["trace"]["sources"], start=1)}

    def say(self, id: str, **values: Any) -> str:
        return plain(messages.seen(id, self._lang, **values))

    def headline(self) -> Iterator[str]:
        agency, entry = self._told["agency"], self._entry
        year = self.say("label.fiscal_year", text=self._told["framework"])
        code = messages.Dressed(entry["item"].upper(), entry["item"].upper())
        name = messages.Dressed(self._item.title.th, self._item.title.en)
        yield self.say("trace.headline", item=code, title=name, agency=agency["name"], text=year)
        verdict = self.say(f"verdict.{entry['verdict']}")
        yield self.say("trace.verdict", text=verdict, low=_two(entry["confidence"]))
        for reason in entry["reasons"]:
            yield "  " + self.say("trace.reason", text=self._reason(reason, entry["verdict"]))
        for note in entry["notes"]:
            if messages.known(f"note.{note}"):
                yield "  " + self.say(f"note.{note}", year=year)
        yield "  " + self.say(f"trace_step.{self._told['trace']['step']}")
        if entry["before_line"] != entry["verdict"]:
            yield "  " + self.say("trace.below_line", text=self.say(f"verdict.{entry['before_line']}"))
        else:
            share = round(100 * entry["confidence"])
            yield "  " + self.say("trace.strength", low=_two(entry["strength"]), high=share)

    def answer(self) -> Iterator[str]:
        given = self._told["answer"]
        yield from self._head("answer_head")
        shown = "answer_none" if not given["given"] else "answer_yes" if given["disclosed"] else "answer_no"
        yield "  " + self.say(f"label.{shown}")
        for url in given["urls"]:
            yield "  " + address(url)
        for key, label in (("explanation", "label.explanation"), ("exclusion_reason", "label.exclusion_reason")):
            if given[key].strip():
                yield f"  {self.say(label)}: {_short(given[key], 300)}"

    def asked(self) -> Iterator[str]:
        asked = self._told["criteria"]
        yield from self._head("asked_head")
        sure = self.say(f"criteria_confidence.{asked['confidence']}")
        yield "  " + self.say(
            "trace.criteria_source", text=", ".join(asked["sources"]), found=messages.Dressed(sure, sure)
        )
        rule = year_sentence(self._item, self._framework, self._told["agency"])
        yield "  " + self.say("trace.criteria_year", text=rule)
        for number, element in enumerate(_required(asked["elements"]), start=1):
            kind = self._kind(element["kind"])
            text = self.say("trace.element", count=number, text=element["text"], found=messages.Dressed(kind, kind))
            if element["confidence"] != "high":
                sure = self.say(f"criteria_confidence.{element['confidence']}")
                text = self.say("trace.element_doubt", text=text, found=messages.Dressed(sure, sure))
            yield "  " + text
            if terms := self._terms(element["terms"]):
                yield "     " + self.say("trace.terms", text=terms)
        for rule in asked["exceptions"]:
            if rule["effect"] in ("relief", "condition"):
                yield "  " + self.say(f"trace.{rule['effect']}", text=rule["text"])

    def places(self) -> Iterator[str]:
        trace = self._told["trace"]
        yield from self._head("places_head")
        if not trace["sources"]:
            yield "  " + self.say("trace.no_sources")
        for source in trace["sources"][:_SOURCES_SHOWN]:
            yield from ("  " + line for line in self._source(source))
        if len(trace["sources"]) > _SOURCES_SHOWN:
            yield "  " + self.say("label.more_pages", count=len(trace["sources"]) - _SOURCES_SHOWN)
        for one in trace["skipped"]:
            yield "  " + self.say("trace.skipped", url=address(one["url"]), text=self._why(one["why"], ""))

    def _source(self, source: Mapping[str, Any]) -> Iterator[str]:
        yield self.say("trace.source", count=self._numbers[source["url"]], url=address(source["url"]))
        kind = (
            self.say("trace.page_of_site")
            if source["kind"] == "html"
            else self.say("trace.file_pages", text=source["kind"].upper(), count=source["pages"])
        )
        purpose = self.say(f"purpose.{source['purpose']}")
        yield "    " + self.say("trace.source_kind", text=purpose, found=messages.Dressed(kind, kind))
        if source["link_text"]:
            yield "    " + self.say("trace.link_text", element=_short(source["link_text"]))
        yield "    " + self.say(f"trace_scope.{source['scope']}")
        if source["criteria_blocks"]:
            yield "    " + self.say("trace.criteria_blocks", count=source["criteria_blocks"])
        if source["fit"]:
            yield from ("    " + line for line in self._fit(source["fit"]))
        if aside := source["aside"]:
            year = source["year"]
            of_time = year is not None and aside["why"] == year["reason"]
            why = self._of_other_time(year) if of_time else self._why(aside["why"], aside["detail"])
            yield "    " + self.say("trace.set_aside", text=why)
            for quote in aside["quotes"][:1]:
                yield f"      {self._quote(quote)}"

    def _fit(self, fit: Mapping[str, Any]) -> Iterator[str]:
        if max(fit["own"], fit["given"]) < 0.3:
            yield self.say("trace.fit_none")
        else:
            by_itself = fit["own"] >= fit["given"]
            id, score = ("fit_own", fit["own"]) if by_itself else ("fit_given", fit["given"])
            named = _short(fit["by"]) if fit["by_itself"] == by_itself else None
            yield self.say(f"trace.{id}", element=named or messages.Dressed("", ""), low=_two(score))
        if fit["rival"] in self._framework.by_code and fit["rival_score"] >= max(0.6, fit["own"] - 0.1):
            yield self.say("trace.fit_rival", **self._of_item(fit["rival"]), low=_two(fit["rival_score"]))

    def elements(self) -> Iterator[str]:
        found = {element["id"]: element for element in self._entry["elements"]}
        if not found or not self._told["trace"]["sources"] or self._told["trace"]["step"] == "answer":
            return
        yield from self._head("elements_head")
        for element in _required(self._told["criteria"]["elements"]):
            if element["id"] in found:
                yield from ("  " + line for line in self._element(element, found[element["id"]]))

    def _element(self, element: Mapping[str, Any], finding: Mapping[str, Any]) -> Iterator[str]:
        verdict = self.say(f"element_verdict.{finding['verdict']}")
        dressed = messages.Dressed(verdict, verdict)
        mark = _MARKS[Verdict(finding["verdict"])]
        yield self.say(f"trace.{mark}", text=element["text"], found=dressed, low=_two(finding["confidence"]))
        for reason in finding["reasons"]:
            if finding["verdict"] != Verdict.MET and reason not in (Reason.ELEMENT_MISSING,):
                yield "    " + self.say("trace.reason", text=self._reason(reason, finding["verdict"]))
        attempt = self._attempt(element["id"], finding)
        matches = _strongest(attempt["searches"]) if attempt else []
        for match in matches[:_MATCHES_SHOWN]:
            yield "    " + self._match(match)
        shown = {match["text"] for match in matches}
        for quote in [quote for quote in finding["quotes"] if quote["text"] not in shown][:_QUOTES_SHOWN]:
            yield "    " + self._quote(quote)
        if not matches and not finding["quotes"] and attempt and attempt["searches"]:
            yield "    " + self.say("trace.no_match")

    def _attempt(self, id: str, finding: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The look that came to this finding; the last one for the element where none says the same."""
        mine = [attempt for attempt in self._told["trace"]["elements"] if attempt["id"] == id and attempt["finding"]]
        same = [attempt for attempt in mine if _says(attempt["finding"]) == _says(finding)]
        return (same or mine or [None])[-1]

    def year(self) -> Iterator[str]:
        year, asked = self._entry["year"], self._told["criteria"]["year_rule"]
        if not year or asked["kind"] == "current_no_year":
            return
        yield from self._head("year_head")
        rule = year_sentence(self._item, self._framework, self._told["agency"])
        yield "  " + self.say("trace.year_asked", text=rule)
        for source in self._told["trace"]["sources"]:
            if source["year"]:
                yield f"  [{self._numbers[source['url']]}] {self.say('year_verdict.' + source['year']['verdict'])}"
                yield from ("      " + line for line in self._times(source["year"]))
        yield "  " + self.say(
            "trace.year_verdict", text=self.say(f"year_verdict.{year['verdict']}"), low=_two(year["confidence"])
        )
        if year["months_missing"]:
            months = messages.be_months(year["months_missing"], self._lang)
            yield "  " + self.say("trace.months_missing", months=months)

    def _times(self, year: Mapping[str, Any]) -> Iterator[str]:
        if not year["times"]:
            yield self.say("trace.year_none")
        for time in year["times"][:_TIMES_SHOWN]:
            where = self.say(f"trace_place.{time['where']}")
            said = messages.be_month(time["says"], self._lang) if "–" not in time["says"] else time["says"]
            said = messages.be_date(said, self._lang) if time["kind"] == "day" else said
            text = self.say(
                "trace.year_time", text=said, found=messages.Dressed(where, where), low=_two(time["weight"])
            )
            if time["doubtful"]:
                text = self.say("trace.year_doubtful", text=text)
            if time["decided"]:
                text = self.say("trace.year_decided", text=text)
            yield f"{text}  “{_short(time['text'], 90)}”" if time["text"] else text
        if year["laws"]:
            yield self.say("trace.year_laws", count=year["laws"])

    def trouble(self) -> Iterator[str]:
        failed = self._told["trace"]["trouble"]
        if not failed:
            return
        yield from self._head("trouble_head")
        for one in failed:
            outcome = self.say(f"outcome.{one['outcome']}" if one["outcome"] != "ok" else f"outcome.{one['reason']}")
            proof = self.say("trace.trouble_proved" if one["proves_absence"] else "trace.trouble_open")
            yield "  " + self.say("trace.trouble", url=address(one["url"]), text=f"{outcome} ({proof})")

    def changes(self) -> Iterator[str]:
        is_met = self._entry["verdict"] == Verdict.MET
        yield from self._head("rests_head" if is_met else "changes_head")
        for change in self._told["changes"]:
            yield "  " + self.say("trace.line", text=self._change(change))
            if change["kind"] == "found" and change["title_year"]:
                yield "    " + self.say("trace_change.title_year", count=change["title_year"])
            if change["kind"] == "found" and change["months"]:
                months = messages.be_months(change["months"], self._lang)
                yield "    " + self.say("trace_change.months", months=months)
        if is_met and not self._told["changes"]:
            yield "  " + self.say("trace.line", text=self.say("trace_change.safe"))

    def _change(self, change: Mapping[str, Any]) -> str:
        names = {element.id: element.text for element in self._item.elements}
        elements = ", ".join(f"“{getattr(names[id], self._lang)}”" for id in change["elements"])
        if change["kind"] == "stronger" and change["year"]:
            elements = ", ".join(filter(None, (elements, self.say("label.year"))))
        id = change["kind"]
        if id == "found" and change["year"]:
            id = "found_and_year" if elements else "year"
        return self.say(
            f"trace_change.{id}",
            element=messages.Dressed(elements, elements),
            text=self.say(f"verdict.{change['verdict']}"),
            title=self._item.title.th if self._lang == "th" else self._item.title.en,
            agency=self._told["agency"]["name"],
            url=", ".join(address(url) for url in change["urls"][:3]),
        )

    def _head(self, id: str) -> Iterator[str]:
        yield ""
        yield self.say(f"trace.{id}")

    def _reason(self, reason: str, verdict: str) -> str:
        if not messages.known(f"reason.{reason}"):
            return self._why(reason, "")
        return plain(reason_seen(reason, verdict, self._values)[self._lang])

    def _why(self, why: str, detail: str) -> str:
        if messages.known(f"trace_aside.{why}"):
            return self.say(f"trace_aside.{why}", **self._of_item(detail))
        return self._reason(why, Verdict.NOT_MET)

    def _of_other_time(self, year: Mapping[str, Any]) -> str:
        decided = [time["says"] for time in year["times"] if time["decided"]]
        return self.say("trace_aside.other_year", found=decided[:2] or year["found_be"][:2])

    def _of_item(self, code: str) -> dict[str, Any]:
        item = self._framework.by_code.get(code)
        if item is None:
            return {}
        return {"item": code.upper(), "title": {"th": item.title.th, "en": item.title.en}}

    def _kind(self, kind: str) -> str:
        return self.say(f"kind.{kind}") if messages.known(f"kind.{kind}") else kind

    def _terms(self, terms: Mapping[str, Sequence[str]]) -> str:
        words = list(
            dict.fromkeys(word for key in ("any", "groups", "purpose", "posts") for word in terms.get(key, ()))
        )
        more = len(words) - _TERMS_SHOWN
        text = ", ".join(words[:_TERMS_SHOWN])
        return text + (self.say("label.more_named", count=more) if more > 0 else "")

    def _match(self, match: Mapping[str, Any]) -> str:
        place = self.say(f"trace_place.{match['place'] or 'paragraph'}")
        where = self._at(match)
        return self.say(
            "trace.match",
            title=match["term"],
            low=_two(match["weight"]),
            high=_two(match["likeness"]),
            text=place,
            found=messages.Dressed(where, where),
            element=_short(match["text"]),
        )

    def _quote(self, quote: Mapping[str, Any]) -> str:
        return self.say("trace.quote", element=_short(quote["text"]), text=self._at(quote))

    def _at(self, quote: Mapping[str, Any]) -> str:
        number = self._numbers.get(quote["url"]) or address(quote["url"])
        return (
            self.say("trace.at_page", count=number, text=quote["page"])
            if quote["page"]
            else self.say("trace.at", count=number)
        )


def _required(elements: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [element for element in elements if element["requirement"] == "required"]


def _says(finding: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes two findings the same: verdict, reasons and the words quoted."""
    quoted = [(quote["sha256"], quote["page"], quote["text"]) for quote in finding["quotes"]]
    return finding["verdict"], tuple(finding["reasons"]), tuple(quoted)


def _strongest(searches: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The places of all searches, strongest first, each line of text once."""
    best: dict[tuple[str, str], Mapping[str, Any]] = {}
    for match in sorted((m for search in searches for m in search["matches"]), key=lambda m: -m["weight"]):
        best.setdefault((match["url"], match["text"]), match)
    return list(best.values())


def _short(text: str, longest: int = _LONGEST) -> str:
    text = " ".join(plain(text).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _two(value: float) -> str:
    return f"{value:.2f}"
