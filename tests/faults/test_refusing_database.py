"""PostgreSQL refuses for reasons of its own: said as what it is, nothing half written, and on it goes."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from consultation.bootstrap import Services
from tests.builders import CONTRIBUTION, Town
from tests.races.recount import unsound

pytestmark = pytest.mark.postgres


@pytest.fixture
def engine_name() -> str:
    return "postgresql"


@contextmanager
def administering(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection of the server's administrator."""
    conninfo = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        yield connection


REFUSING = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = {}; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON posts EXECUTE FUNCTION refuse();
"""
CODES = {
    "disk full": ("53100", "storage_unavailable"),
    "out of memory": ("53200", "storage_unavailable"),
    "a standby, or made read-only": ("25006", "storage_unavailable"),
    "shutting down": ("57P01", "storage_unavailable"),
    "too many connections": ("53300", "busy"),
    "a lock that did not come free": ("55P03", "busy"),
    "a statement that took too long": ("57014", "busy"),
    "a serialisation failure, again and again": ("40001", "busy"),
    "a deadlock, again and again": ("40P01", "busy"),
}


@pytest.mark.parametrize("reason", CODES)
def test_a_refused_write_says_when_to_come_back_and_leaves_nothing(
    town: Town, services: Services, database_url: str, reason: str
) -> None:
    state, code = CODES[reason]
    debate, citizen = town.debate(), town.citizen()
    path = f"/debates/{debate}/contributions"
    with administering(database_url) as administrator:
        administrator.execute(sql.SQL(REFUSING).format(sql.Literal(state)))
        refused = citizen.post(path, CONTRIBUTION, Idempotency_Key="k")
        administrator.execute("DROP FUNCTION refuse CASCADE")

    assert (refused.status_code, refused.json()["code"]) == (503, code)
    assert int(refused.headers["retry-after"]) > 0
    accepted = citizen.post(path, CONTRIBUTION, Idempotency_Key="k")
    assert (accepted.status_code, accepted.json()["number"]) == (201, 1)
    assert unsound(services.database, debate) == []
