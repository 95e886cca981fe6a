"""Which items of another year's form an item goes back to: by slug, or by what it took over; never by its number."""

from __future__ import annotations

from oit.model import Framework, Item


def counterparts(item: Item, other: Framework) -> tuple[Item, ...]:
    """The items of `other` that hold the matter of `item`, in form order; empty where that form did not ask for it.

    The item itself and those it continues (or that continue it); where there are none, items that go back to the same
    older items: a plan with its progress of FY2568 has in FY2566 the plan and the report, which both come from FY2565.
    """
    direct = tuple(one for one in other.items if one.slug in item.lineage or item.slug in one.lineage)
    return direct or tuple(one for one in other.items if one.lineage & item.lineage)
