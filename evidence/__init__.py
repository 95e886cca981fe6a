"""Keeps what was fetched and reads it; imports only oit."""
