"""Turns a stored document into readable, searchable Thai text."""
