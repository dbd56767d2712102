"""Python source as a syntax tree: what exit codes do not show."""
