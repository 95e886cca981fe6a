"""Executives one by one: head and deputies, names, posts, photos and contact."""

from __future__ import annotations

import pytest

ITEM = "executives"
PEOPLE = [
    ("นายสมชาย ใจดี", "นายกองค์การบริหารส่วนตำบล", "081-234-5678"),
    ("นางสมหญิง รักไทย", "รองนายกองค์การบริหารส่วนตำบล", "081-234-5679"),
    ("นายมานะ อดทน", "ปลัดองค์การบริหารส่วนตำบล", "081-234-5680"),
]


def cards(people=PEOPLE, *, photo: bool = True, contact: bool = True, post: bool = True) -> str:
    picture = "<img src='/p{n}.jpg' width='150' height='180' alt='{name}'>"
    return "<h1>คณะผู้บริหาร</h1>" + "".join(
        f"<div>{picture.format(n=n, name=name) if photo else ''}<p>{name}</p><p>{title if post else ''}</p><p>{'โทร. ' + tel if contact else ''}</p></div>"
        for n, (name, title, tel) in enumerate(people)
    )


def verdicts(agency, body: str) -> dict[str, str]:
    agency.page(ITEM, body)
    return {e.id: str(agency.element(ITEM, e.id).verdict) for e in agency.item(ITEM).required_elements}


def test_people_with_everything_are_met(agency) -> None:
    assert set(verdicts(agency, cards()).values()) == {"met"}


@pytest.mark.parametrize(("lost", "element"), [("photo", "photo"), ("contact", "contact")])
def test_what_is_missing_of_everybody_fails_alone(agency, lost: str, element: str) -> None:
    found = verdicts(agency, cards(**{lost: False}))
    assert found.pop(element) == "not_met"
    assert set(found.values()) == {"met"}


def test_people_without_posts_are_nobodys_executives(agency) -> None:
    assert "met" not in verdicts(agency, cards(post=False)).values()


def test_deputies_without_the_head_are_not_head_and_deputies(agency) -> None:
    assert verdicts(agency, cards(PEOPLE[1:]))["head_and_deputies"] != "met"


def test_a_page_without_people_lacks_every_aspect(agency) -> None:
    assert set(verdicts(agency, "<h1>คณะผู้บริหาร</h1><p>อยู่ระหว่างปรับปรุงข้อมูล</p>").values()) == {"not_met"}


def test_one_telephone_for_all_is_no_contact_of_each(agency) -> None:
    same = [(name, post, "042-111-222") for name, post, _ in PEOPLE]
    assert verdicts(agency, cards(same))["contact"] != "met"


@pytest.mark.parametrize("icon", ["logo.png", "icon-line.png"])
def test_logos_are_no_portraits(agency, icon: str) -> None:
    body = cards(photo=False) + f"<img src='/{icon}' width='200' height='200'>" * 3
    assert verdicts(agency, body)["photo"] == "not_met"
