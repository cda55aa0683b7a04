"""Migrations: each service has revisions of its own for a database of its own.

Apart from `shared.database`, because a service that runs needs no Alembic.
"""

from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import MetaData, create_engine, pool

from shared.database import SharedBase


def migrate(service: str, url: str, revision: str = "head") -> None:
    """Bring a service's database to `revision` (forward or back)."""
    config = alembic_config(service, url)
    if revision == "base" or revision.startswith("-"):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def alembic_config(service: str, url: str) -> Config:
    """Alembic's configuration for one service: its own folder, its own database."""
    config = Config()
    folder = Path(__file__).parent.parent / "services" / service / "migrations"
    config.set_main_option("script_location", str(folder))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    config.attributes["service"] = service
    return config


def run_migrations(own: MetaData) -> None:
    """Run the revisions that Alembic asks for, each in a transaction; what a service's `migrations/env.py` does.

    Two at once wait for each other.
    """
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=[own, SharedBase.metadata],
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            # Held until the end of the session: a second `migrate` waits instead of failing half-way.
            connection.exec_driver_sql("SELECT pg_advisory_lock(4711)")
            context.run_migrations()
            connection.exec_driver_sql("SELECT pg_advisory_unlock(4711)")
        connection.commit()
    engine.dispose()
