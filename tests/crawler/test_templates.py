from __future__ import annotations

from crawler import templates
from crawler.templates import Template
from evidence.text.document import Link


def home(host: str, *names: str) -> tuple[str, list[Link]]:
    url = f"https://{host}/"
    return url, [Link(f"{url}{name}", name) for name in names]


MENU = [f"Pages/menu_{letter}" for letter in "abcdefghijklmnop"]


def features(host: str, *names: str) -> frozenset[str]:
    url, links = home(host, *names)
    return templates.features_of(links, url)


def test_two_sites_of_one_system_are_alike_whatever_their_hosts_and_numbers() -> None:
    one = features("www.tambon-a.go.th", *MENU, "news/1234", "news/99")
    other = features("www.tambon-b.go.th", *MENU[:-1], "news/77", "special")
    known = templates.learnt(None, one, "a", {"annual_action_plan": ["/Pages/menu_c"]})
    assert known and templates.matching(other, [known]) is known


def test_sites_of_different_systems_and_small_home_pages_match_nothing() -> None:
    known = templates.learnt(None, features("a.go.th", *MENU), "a", {})
    assert known
    assert templates.matching(features("b.go.th", *(f"index.php?_mod={n}x" for n in MENU)), [known]) is None
    assert templates.matching(features("b.go.th", *MENU[:5]), [known]) is None
    assert templates.learnt(None, features("c.go.th", *MENU[:5]), "c", {}) is None


def test_links_that_leave_the_site_and_files_are_no_features() -> None:
    url, links = home("a.go.th", *MENU)
    links += [Link("https://elsewhere.example/page", ""), Link(f"{url}plan.pdf", ""), Link(url, "หน้าแรก")]
    assert templates.features_of(links, url) == {f"/{name}" for name in MENU}


def test_where_most_agencies_keep_an_item_comes_first_and_an_agency_counts_once() -> None:
    known: Template | None = None
    for agency, place in (("a", "/x"), ("b", "/y"), ("c", "/y"), ("c", "/x")):
        known = templates.learnt(known, features(f"{agency}.go.th", *MENU), agency, {"news": [place]})
    assert known
    assert known.addresses("news") == ["/y", "/x"]
    assert known.agencies == ("a", "b", "c")
    assert known.addresses("laws") == []


def test_a_template_comes_back_from_its_json_unchanged() -> None:
    known = templates.learnt(None, features("a.go.th", *MENU), "a", {"news": ["/x"]})
    assert known and Template.from_json(known.to_json()) == known
