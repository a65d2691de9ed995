"""Bytes to documents with positions, in the dialect of the path taken."""
