"""The services of the fake: a module here registers operations, and that is all it takes to add one."""
