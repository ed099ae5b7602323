"""The built-in rule pack: one module a theme."""
