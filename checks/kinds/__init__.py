"""One file per kind of element."""
