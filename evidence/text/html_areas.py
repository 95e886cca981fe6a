"""Which parts of a page are its content and which are menus, header or footer, by names first and by link density."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from evidence.text.document import ASIDE, FOOTER, HEADER, MAIN, NAVIGATION
from evidence.text.html_names import GUESS, TOLD
from evidence.text.html_walk import Region, TableBox

ALMOST_EMPTY = 40
_MOST_PLAIN = {HEADER: 1_500, FOOTER: 6_000}


def settle_areas(regions: Sequence[Region], tables: Sequence[TableBox]) -> None:
    """Set the final `area` of every region, in place. `regions` are in reading order, parents before children."""
    _add_up(regions)
    for region in regions:
        _doubt_the_name(region)
    _columns_of_tables(tables)
    _columns_of_blocks(regions)
    _inherit(regions)
    _never_all_menu(regions)


def _add_up(regions: Sequence[Region]) -> None:
    for region in reversed(regions):
        parent = region.parent
        if parent is not None:
            parent.text += region.text
            parent.linked += region.linked
            parent.links += region.links
            parent.media += region.media
            parent.documents += region.documents


def _doubt_the_name(region: Region) -> None:
    """A class name that says menu or header over running text is wrong."""
    if region.sure != GUESS or region.parent is None:
        return
    plain = region.text - region.linked
    if (
        (region.area == NAVIGATION and plain > 400 and region.linked < 0.35 * region.text)
        or (region.area == HEADER and plain > 1_500)
        or (region.area == FOOTER and plain > 6_000)
    ):
        region.sure = 0


def _columns_of_tables(tables: Sequence[TableBox]) -> None:
    for table in tables:
        if table.data:
            continue
        for row in table.rows:
            cells = [cell.region for cell in row if cell.region is not None and cell.region.column == "cell"]
            _menu_columns(cells)
            if (
                len(row) >= 4
                and len(table.rows) <= 2
                and cells
                and all(_is_menu(cell, 1) for cell in cells if cell.text)
            ):
                for cell in cells:
                    cell.area, cell.sure = NAVIGATION, GUESS


def _columns_of_blocks(regions: Sequence[Region]) -> None:
    families: dict[int, list[Region]] = defaultdict(list)
    for region in regions:
        if region.column == "block" and region.parent is not None:
            families[id(region.parent)].append(region)
    for family in families.values():
        _menu_columns(family)
        _narrow_columns(family)


def _menu_columns(columns: Sequence[Region]) -> None:
    """Beside a column of more text, a column of short links is a menu."""
    if len(columns) < 2:
        return
    largest = max(column.text for column in columns)
    for column in columns:
        if column.sure == 0 and column.text < 0.7 * largest and _is_menu(column, 4):
            column.area, column.sure = NAVIGATION, GUESS


def _narrow_columns(columns: Sequence[Region]) -> None:
    """A quarter of the width with links beside two thirds or more with text is a side bar."""
    wide = max((column.text for column in columns if 8 <= column.width <= 12), default=0)
    for column in columns:
        if column.sure == 0 and 0 < column.width <= 4 and column.links >= 3 and wide * 3 > column.text:
            column.area, column.sure = ASIDE, GUESS


def _is_menu(region: Region, links: int) -> bool:
    return (
        region.links >= links
        and region.linked >= 0.7 * region.text > 0
        and region.documents * 3 < region.links
        and region.linked <= 45 * region.links
    )


def _inherit(regions: Sequence[Region]) -> None:
    for region in regions:
        if region.sure == 0 and region.parent is not None:
            region.area = region.parent.area


def _never_all_menu(regions: Sequence[Region]) -> None:
    """Where next to nothing is left as content, the part with most to say is the content."""
    if not regions or not regions[0].text or _main_weight(regions) >= ALMOST_EMPTY:
        return
    left = _main_weight(regions)
    others = [region for region in regions if region.area != MAIN and region.text]
    for sure in (GUESS, TOLD):
        candidates = [region for region in others if region.sure in (0, sure)]
        best = max(candidates, key=lambda region: (region.text - region.linked, region.text), default=None)
        if best is not None and (best.text - best.linked > 200 or (left == 0 and _alone(best, regions[0]))):
            _promote(best, regions)
            return


def _main_weight(regions: Sequence[Region]) -> int:
    """Text of the main part; a frame or picture there counts as content too."""
    inner: dict[int, int] = defaultdict(int)
    media: dict[int, int] = defaultdict(int)
    for region in regions[1:]:
        inner[id(region.parent)] += region.text
        media[id(region.parent)] += region.media
    return sum(
        region.text - inner[id(region)] + ALMOST_EMPTY * (region.media - media[id(region)])
        for region in regions
        if region.area == MAIN
    )


def _alone(region: Region, page: Region) -> bool:
    return region.area not in (FOOTER, ASIDE) or region.text * 2 > page.text


def _promote(region: Region, regions: Sequence[Region]) -> None:
    old = region.area
    region.area = MAIN
    inside = {id(region)}
    for each in regions:
        if id(each.parent) in inside and each.area == old and each.sure == 0:
            each.area = MAIN
            inside.add(id(each))
