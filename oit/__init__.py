"""The vocabulary of the audit: frameworks, submissions, findings, scores; imports no other room."""
