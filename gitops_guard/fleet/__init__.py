"""Discovery: entry points, environments, which source is this repository."""
