"""A plan's order as text, as a mermaid flowchart and as a drawing."""
