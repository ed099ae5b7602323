"""Who signs a request: access key ids, the session tokens that belong to them, and the principals behind.

Signatures aren't checked, but a temporary key without its own session token is refused as AWS refuses it, so that a
client which mixes up the credentials of two accounts is found out.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .entities import Role, User, unique_id
from .iam_shapes import id_of
from .operations import AWSError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .state import Account


@dataclass(frozen=True)
class Session:
    """Credentials and their principal. `token` is None for long-term keys."""

    key_id: str
    secret: str
    token: str | None
    account_id: str
    arn: str
    user_id: str
    mfa: bool = False


class Sessions:
    """The credentials that a server accepts: each account's `caller`, its users' active keys, what STS issued."""

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        self._accounts = accounts
        self._count = itertools.count(1)
        self._sessions: dict[str, Session] = {}
        for account in accounts.values():
            self._accept(_caller(account))

    def _accept(self, session: Session) -> Session:
        self._sessions[session.key_id] = session
        return session

    def of(self, account: Account) -> Session:
        """The session of the account's `caller`."""
        return self._accept(_caller(account))

    def find(self, key_id: str, token: str | None) -> Session:
        """The session that a request is signed with; AWSError as AWS raises it for anything doubtful."""
        session = self._sessions.get(key_id) or self._user_key(key_id)
        if session is None or (session.token is not None and session.token != token):
            raise AWSError("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
        return session

    def issue(self, account_id: str, arn: str, user_id: str, *, mfa: bool) -> Session:
        """New temporary credentials for a principal."""
        number = str(next(self._count))
        key_id = unique_id("ASIA", account_id, arn, number)
        token = f"FwoGZXIvYXdzE//{unique_id('', account_id, arn, number, 'token')}=="
        return self._accept(Session(key_id, _secret(key_id), token, account_id, arn, user_id, mfa))

    def _user_key(self, key_id: str) -> Session | None:
        for account in self._accounts.values():
            for user in account.users:
                for key in user.keys:
                    if key.id == key_id and key.active:
                        return Session(
                            key_id, _secret(key_id), None, account.id, account.arn_of(user), id_of(account, user)
                        )
        return None


def _secret(key_id: str) -> str:
    return f"not/a+secret/{unique_id('', key_id)}"


def _caller(account: Account) -> Session:
    """Credentials of the account's caller: long-term for an IAM user, temporary for a role and for root."""
    arn = account.caller
    if ":user/" in arn:
        user = account.by_name.get((User, arn.rpartition("/")[2].lower()))
        keys = [key.id for key in user.keys if key.active] if user else []
        key_id = keys[0] if keys else unique_id("AKIA", account.id, arn)
        return Session(key_id, _secret(key_id), None, account.id, arn, user_id_of(account, arn))
    key_id = unique_id("ASIA", account.id, arn)
    token = f"IQoJb3JpZ2luX2Vj//{unique_id('', account.id, arn)}=="
    return Session(key_id, _secret(key_id), token, account.id, arn, user_id_of(account, arn))


def user_id_of(account: Account, arn: str) -> str:
    """The UserId that GetCallerIdentity shows for a principal of the account."""
    resource = arn.split(":", 5)[5]
    kind, _, rest = resource.partition("/")
    if kind == "user":
        user = account.by_name.get((User, rest.rpartition("/")[2].lower()))
        return id_of(account, user) if user else unique_id("AIDA", arn)
    if kind == "assumed-role":
        name, _, session = rest.partition("/")
        role = account.by_name.get((Role, name.lower()))
        return f"{id_of(account, role) if role else unique_id('AROA', account.id, name)}:{session}"
    return account.id
