"""Tells what was found; decides nothing."""
