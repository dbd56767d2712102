"""The gate's checks: one family a file, each a pure function from facts to findings."""
