"""The verbs: one module each, `run(...) -> exit code`. Nobody imports this room."""
