"""Rust source as a syntax tree: what no exit code shows. Text in, facts out; nothing runs."""
