"""The vocabulary: frozen dataclasses and pure helpers on them. Nothing here does I/O or imports another room."""
