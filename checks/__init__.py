"""Judges evidence against the criteria: pure functions, evidence in, findings out."""
