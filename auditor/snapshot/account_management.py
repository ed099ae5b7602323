"""AWS Account Management, as the snapshot holds it."""

from __future__ import annotations

from pydantic import Field

from auditor.snapshot.model import OWN_NAMES, Model, Text


class Region(Model):
    """A region. https://docs.aws.amazon.com/accounts/latest/reference/API_Region.html"""

    region_name: Text
    region_opt_status: Text


class AccountManagement(Model):
    """What AWS Account Management told: `regions` by name."""

    model_config = OWN_NAMES

    regions: dict[Text, Region] = Field(default_factory=dict)
