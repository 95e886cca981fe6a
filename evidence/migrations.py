"""The shape of the evidence database, as the list of steps that lead to it."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from oit.errors import OitError

steps = Migrations("evidence")

APPEND_ONLY = ("fetches", "results", "notices", "reviews")
KEPT_OF_THE_WIRE = ("exchanges", "captures")


def migrate(database: Database) -> None:
    """Bring the database to the newest shape; one process at a time, all steps or none.

    Raises:
        OitError: the database was written by a newer version of this software.
    """
    _refuse_newer(database)
    if not steps.pending(database):
        return
    database.execute("BEGIN IMMEDIATE")
    try:
        steps.apply(database)
        database.commit()
    except BaseException:
        database.rollback()
        raise


@steps()
def first_shape(database: Database) -> None:
    _create_runs(database)
    _create_fetches(database)
    _create_texts(database)
    _create_results(database)
    _create_people_rows(database)
    for table in APPEND_ONLY:
        _forbid_changes(database, table)


@steps()
def exchanges_and_captures(database: Database) -> None:
    """Requests and answers as they went over the wire, and what submitted pages are made of and look like."""
    columns = dict.fromkeys(EXCHANGE_TEXTS, str) | dict.fromkeys(("status", "bytes"), int)
    exchanges = database.table("exchanges")
    exchanges.create({"id": int} | columns, pk="id", not_null={"run_id", "agency", "url", "status"})
    exchanges.create_index(["run_id"])
    exchanges.create_index(["agency", "url"])
    captures = database.table("captures")
    captures.create({"id": int} | dict.fromkeys(CAPTURE_TEXTS, str) | {"seconds": float}, pk="id")
    captures.create_index(["run_id"])
    captures.create_index(["agency", "sha256"])
    for table in KEPT_OF_THE_WIRE:
        _forbid_changes(database, table)


EXCHANGE_TEXTS = (
    *("run_id", "agency", "url", "reason", "method", "via", "protocol", "ip"),
    *("request_headers", "response_headers", "sha256", "fetched_at"),
)
CAPTURE_TEXTS = ("run_id", "agency", "url", "sha256", "assets", "picture", "made_at")


@steps()
def site_templates(database: Database) -> None:
    """Websites that are built alike, and where they keep what is asked for: knowledge, not evidence."""
    columns = dict.fromkeys(("id", "features", "places", "agencies", "updated_at"), str)
    database.table("site_templates").create(columns, pk="id")


def _create_runs(database: Database) -> None:
    database.table("runs").create(
        {
            "id": str,
            "agency": str,
            "framework": int,
            "as_of": str,
            "submission": str,
            "submission_sha256": str,
            "software": str,
            "criteria_sha256": str,
            "started_at": str,
            "finished_at": str,
            "complete": int,
            "stats": str,
        },
        pk="id",
        not_null={"agency", "framework", "as_of", "submission", "submission_sha256", "started_at"},
    )
    database.table("runs").create_index(["agency", "framework", "started_at"])


FETCH_TEXTS = (
    *("run_id", "agency", "url", "outcome", "purpose", "final_url", "items", "parent", "link_text", "link_context"),
    *("content_type", "sha256", "fetched_at", "via", "redirects", "screenshot", "detail"),
)
FETCH_NUMBERS = ("hop", "http_status", "bytes", "tls_unverified", "robots_override", "attempt")


def _create_fetches(database: Database) -> None:
    columns = {"id": int} | dict.fromkeys(FETCH_TEXTS, str) | dict.fromkeys(FETCH_NUMBERS, int)
    needed = {"run_id", "agency", "url", "outcome", "purpose"}
    database.table("fetches").create(columns, pk="id", not_null=needed)
    database.table("fetches").create_index(["run_id", "url"])
    database.table("fetches").create_index(["sha256"])


def _create_texts(database: Database) -> None:
    columns = {"sha256": str, "reader_version": str, "kind": str, "outcome": str, "body": bytes}
    database.table("texts").create(columns, pk=("sha256", "reader_version"))


def _create_results(database: Database) -> None:
    database.table("results").create({"id": int, "run_id": str, "made_at": str, "body": str}, pk="id")
    database.table("results").create_index(["run_id"])


def _create_people_rows(database: Database) -> None:
    """What people add: notices to agencies and reviewers' decisions."""
    database.table("notices").create({"id": int, "agency": str, "date": str, "text": str, "recorded_at": str}, pk="id")
    columns = {"agency": str, "item": str, "decision": str, "reason": str, "by": str, "at": str}
    database.table("reviews").create({"id": int, "framework": int} | columns, pk="id")
    database.table("notices").create_index(["agency"])
    database.table("reviews").create_index(["agency", "framework"])


def _forbid_changes(database: Database, table: str) -> None:
    """Let the database itself refuse to alter or delete a row of evidence."""
    for action in ("UPDATE", "DELETE"):
        database.execute(
            f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _refuse_newer(database: Database) -> None:
    known = {step.name for step in steps._migrations}
    unknown = [step.name for step in steps.applied(database) if step.name not in known]
    if unknown:
        raise OitError(f"this evidence store was written by a newer version of oit (it has the step {unknown[0]!r})")
