"""Python with pytest, the second toolchain: repositories with a pyproject.toml and no Cargo.toml."""
