"""Collectors: one module an AWS service; each collector fills one section of the snapshot."""
