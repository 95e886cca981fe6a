"""Fetches what agencies submitted and what their main websites hold."""
