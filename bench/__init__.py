"""Benchmarks: one command each, figures as ratios within one run."""
