"""`python -m gitops_guard`."""

from gitops_guard.cli import entry

if __name__ == "__main__":
    entry()
