"""Git by its plumbing: history, workspaces, candidate commits, landing, delivery. No hook ever runs."""
