"""Label and phase to the group of people that takes the matter. Pure; the groups are those of data/taxonomy.yml."""

from __future__ import annotations

from bot.taxonomy import Taxonomy

RECEPTION = "reception"
SUPERVISOR = "supervisor"
"""Exists in every phase: the end of every fallback (playbook §1)."""


def route(taxonomy: Taxonomy, label: str, phase: str) -> str:
    """The group for a label in a phase; reception for labels that no group owns (a person was asked for, nothing named)."""
    known = taxonomy.labels.get(label)
    return staffed(taxonomy, (known.group if known else None) or RECEPTION, phase)


def staffed(taxonomy: Taxonomy, group: str, phase: str) -> str:
    """The group itself when the phase has it, else its fallback, and so on; the supervisor when nobody else is left."""
    seen: set[str] = set()
    while group in taxonomy.groups and group not in seen:
        if phase in taxonomy.groups[group].phases:
            return group
        seen.add(group)
        group = taxonomy.fallback_group.get(group, SUPERVISOR)
    return SUPERVISOR
