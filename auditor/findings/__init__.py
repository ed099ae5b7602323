"""Findings: what a rule found, what could not be seen, and what that means for the exit code."""
