"""Accounts to serve: made once each, and frozen."""

from .generated import generated
from .landing_zone import landing_zone
from .neglected import neglected
from .newborn import newborn
from .well_kept import well_kept

__all__ = ["generated", "landing_zone", "neglected", "newborn", "well_kept"]
