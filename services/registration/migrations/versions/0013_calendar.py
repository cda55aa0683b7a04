"""A venue has both coordinates or neither"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; half a coordinate was nowhere."""
    op.execute("UPDATE venue SET latitude = NULL, longitude = NULL WHERE (latitude IS NULL) <> (longitude IS NULL)")
    op.create_check_constraint("ck_venue_coordinates", "venue", "(latitude IS NULL) = (longitude IS NULL)")
    op.create_check_constraint(
        "ck_venue_degrees", "venue", "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180"
    )


def downgrade() -> None:
    """Back."""
    op.drop_constraint("ck_venue_degrees", "venue")
    op.drop_constraint("ck_venue_coordinates", "venue")
