"""What every environment would run: build, substitute, follow, repeat."""
