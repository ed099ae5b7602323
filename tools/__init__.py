"""What maintainers run: generators of files in the tree, the demonstration, the trial of the wheel."""
