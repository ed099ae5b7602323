"""What is set for a session when a role is assumed, and the actions that this takes besides.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.policy.request import Given, Request

_SETTING: Final = {
    **dict.fromkeys(("aws:requesttag/", "aws:tagkeys", "sts:transitivetagkeys"), "sts:TagSession"),
    "sts:sourceidentity": "sts:SetSourceIdentity",
}
"""How keys begin that tell what is set for a session of a role, and the action that this takes besides."""


def set_for_session(request: Request | None) -> dict[str, Given]:
    """The keys of a request to assume a role that tell what is set for the session, and their values."""
    context = request.context.items() if request else ()
    return {key: value for key, value in context if value and key.startswith(tuple(_SETTING))}


def actions_to_set(keys: Iterable[str]) -> set[str]:
    """The actions that it takes besides to assume a role with some of these keys."""
    return {action for key in keys for start, action in _SETTING.items() if key.startswith(start)}
