"""Accounts to serve: made once each, and frozen."""

from .newborn import newborn

__all__ = ["newborn"]
