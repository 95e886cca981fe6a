"""One module per item whose rule no kind can state."""
