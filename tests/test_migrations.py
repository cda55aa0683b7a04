"""Each service's migrations: one line of revisions, forward and back, and in the end exactly what the models say."""

import importlib
from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, inspect, text

from shared.database import SharedBase
from shared.migration import alembic_config, migrate
from shared.settings import SERVICES, Service


def _models(service: Service) -> list[MetaData]:
    """The tables of a service as its rooms declare them, with those that every service has."""
    importlib.import_module(f"services.{service}.app")
    base = importlib.import_module(f"services.{service}.base")
    return [base.Base.metadata, SharedBase.metadata]


def _tables(url: str) -> set[str]:
    engine = create_engine(url)
    found = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    return found


def _constraints_and_indexes(url: str) -> set[tuple[str, str, str]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        constraints = connection.execute(
            text(
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE connamespace = 'public'::regnamespace AND contype <> 'n'"
            )
        )
        indexes = connection.execute(
            text("SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        )
        found = {(row[0], row[1], row[2]) for row in [*constraints, *indexes] if row[0] != "alembic_version"}
    engine.dispose()
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_revisions_are_one_line(service: Service) -> None:
    scripts = ScriptDirectory.from_config(alembic_config(service, "postgresql://nowhere/none"))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    assert all(not script.is_merge_point and not script.is_branch_point for script in scripts.walk_revisions())


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_make_what_the_models_say(service: Service, new_database: Callable[[Service], str]) -> None:
    url = new_database(service)
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, _models(service))
    engine.dispose()
    assert differences == []


@pytest.mark.parametrize("service", SERVICES)
def test_constraints_and_indexes_are_those_of_the_models(
    service: Service, new_database: Callable[[Service], str]
) -> None:
    """Alembic compares neither checks nor the conditions of indexes; PostgreSQL says both in words."""
    url = new_database(service)
    migrated = _constraints_and_indexes(url)
    migrate(service, url, "base")
    engine = create_engine(url)
    for metadata in _models(service):
        metadata.create_all(engine)
    engine.dispose()
    assert _constraints_and_indexes(url) == migrated


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_go_back_and_forward(service: Service, new_database: Callable[[Service], str]) -> None:
    url = new_database(service)
    full = _tables(url)
    assert full == {name for metadata in _models(service) for name in metadata.tables}
    migrate(service, url, "base")
    assert _tables(url) == set()
    migrate(service, url)
    assert _tables(url) == full


@pytest.mark.parametrize("service", SERVICES)
def test_each_migration_goes_one_step_back(service: Service, new_database: Callable[[Service], str]) -> None:
    url = new_database(service)
    scripts = ScriptDirectory.from_config(alembic_config(service, url))
    for _ in list(scripts.walk_revisions()):
        migrate(service, url, "-1")
    assert _tables(url) == set()


def test_weights_that_an_organiser_chose_before_stay_as_chosen(new_database: Callable[[Service], str]) -> None:
    url = new_database("scheduling")
    migrate("scheduling", url, "base")
    migrate("scheduling", url, "0007")
    chosen = "wish, sector, languages, hours, school_hours, reachable"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(f"INSERT INTO event_weights (event_id, organisation_id, {chosen}) SELECT id, id, 1, 2, 3, 4, 5, 6"
                 " FROM gen_random_uuid() AS id")
        )  # fmt: skip
    migrate("scheduling", url)
    with engine.connect() as connection:
        assert list(connection.execute(text(f"SELECT {chosen}, employer_wish FROM event_weights"))) == [
            (1, 2, 3, 4, 5, 6, 0)
        ]
    engine.dispose()
