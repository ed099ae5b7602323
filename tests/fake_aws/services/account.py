"""Account Management: regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..operations import operation
from ..paging import cut_by_token
from ..state import ENABLED_BY_DEFAULT

if TYPE_CHECKING:
    from ..state import Account

OPT_IN = ("af-south-1", "ap-east-1", "eu-south-1", "me-south-1")


@operation("account", "ListRegions")
def list_regions(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """Every region, opted in to or not, 50 a page."""
    page, more = cut_by_token(
        [_region(account, name) for name in sorted({*ENABLED_BY_DEFAULT, *OPT_IN, *account.regions})],
        params,
        largest=50,
        binding="regions",
    )
    return {"Regions": page, **more}


def _region(account: Account, name: str) -> dict[str, Any]:
    if name in ENABLED_BY_DEFAULT:
        return {"RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT"}
    return {"RegionName": name, "RegionOptStatus": "ENABLED" if name in account.regions else "DISABLED"}
