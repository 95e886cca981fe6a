"""Knows websites that are built alike: the addresses their home pages link to, and where such sites keep each item.

Thousands of local agencies share a few content management systems. Two sites are of one template when their home pages
link to the same addresses, numbers and hosts apart; where the items were found on one is looked at first on the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from crawler import urls
from evidence.text.document import Link

LEAST_LINKS = 12
"""A home page with fewer links of its own says too little to tell a template by."""
ALIKE = 0.6
"""Two home pages are of one template when they share this part of their addresses (Jaccard)."""
_MOST_PLACES = 3
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True)
class Template:
    """One way of building websites: the addresses of its home pages, and by item slug where the item was found.

    Addresses are path and query. `places` counts the agencies on whose site an address showed the item; `agencies` are
    the codes of those it was learnt from.
    """

    id: str
    features: frozenset[str]
    places: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    agencies: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Template:
        """A template as the store keeps it."""
        return cls(row["id"], frozenset(row["features"]), row["places"], tuple(row["agencies"]))

    def to_json(self) -> dict[str, Any]:
        """What the store keeps of it."""
        places = {slug: dict(counts) for slug, counts in self.places.items()}
        return {"id": self.id, "features": sorted(self.features), "places": places, "agencies": list(self.agencies)}

    def addresses(self, slug: str) -> list[str]:
        """Where to look for an item first, most often found first."""
        return [address for address, _ in Counter(self.places.get(slug, {})).most_common(_MOST_PLACES)]


def features_of(links: Iterable[Link], homepage: str) -> frozenset[str]:
    """The addresses on the same site that a home page links to, without numbers."""
    own = {address_of(link.url) for link in links if urls.is_page(link.url) and urls.same_site(link.url, homepage)}
    return frozenset(_NUMBERS.sub("0", address) for address in own if address not in ("", "/"))


def address_of(url: str) -> str:
    """Path and query of a URL."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def matching(features: frozenset[str], known: Sequence[Template]) -> Template | None:
    """The template that these home page addresses are most like, None where none is alike."""
    if len(features) < LEAST_LINKS:
        return None
    scored = [(_alike(features, template.features), template) for template in known]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= ALIKE else None


def learnt(
    template: Template | None, features: frozenset[str], agency: str, found: Mapping[str, Sequence[str]]
) -> Template | None:
    """The template with what one more agency's site has shown: by slug the addresses where its items were found.

    A new one where `template` is None; None where the home page says too little. An agency counts once.
    """
    if template is None:
        if len(features) < LEAST_LINKS:
            return None
        template = Template(id=f"template-{agency}", features=features)
    if agency in template.agencies:
        return template
    places = {slug: Counter(addresses) for slug, addresses in template.places.items()}
    for slug, addresses in found.items():
        places.setdefault(slug, Counter()).update(dict.fromkeys(addresses, 1))
    shared = template.features & features if template.agencies else features
    return Template(template.id, shared or template.features, places, (*template.agencies, agency))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0
