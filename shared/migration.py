"""What every service's `migrations/env.py` does: run its revisions against its own database."""

from alembic import context
from sqlalchemy import MetaData, create_engine, pool

from shared.database import SharedBase


def run_migrations(own: MetaData) -> None:
    """Run the revisions that Alembic asks for, each in a transaction; two at once wait for each other."""
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
