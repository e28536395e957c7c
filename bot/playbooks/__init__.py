"""Playbooks: the scripts and questions of each label, and the pure decision what a turn says and does."""
