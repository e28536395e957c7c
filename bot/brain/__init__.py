"""Rasa as a library inside the worker."""
