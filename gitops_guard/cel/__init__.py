"""Kubernetes' Common Expression Language on plain Python data."""
