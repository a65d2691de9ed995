"""The rules that no expression can say: one module each, pure generators over facts."""
