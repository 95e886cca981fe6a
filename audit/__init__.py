"""Runs the stages and holds the command line."""
