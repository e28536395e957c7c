"""What a case needs and what of it is there: pictures that the bot asked for find their place by themselves. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.ticket_parts import Evidence

PHOTOS = "photos"
"""The slot that pictures fill: a piece that has it is one that the bot asks pictures of."""


def with_pictures(evidence: Sequence[Evidence], refs: Sequence[str]) -> tuple[Evidence, ...]:
    """With these messages attached to what the bot asked pictures of and nobody has yet; all else, and what a person marked, stays."""
    return tuple(
        replace(piece, have=True, refs=tuple(refs)) if refs and piece.slot == PHOTOS and not piece.have else piece for piece in evidence
    )


def evidence_under(had: Sequence[Evidence], needed: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """What the case needs under another label: with what is there already, and what is there though it is needed no more. Pictures
    that the bot asked for belong to what it would ask them for now."""
    before = {piece.what: piece for piece in had}
    pictures = tuple(dict.fromkeys(ref for piece in had if piece.slot == PHOTOS for ref in piece.refs))
    found = []
    for piece in needed:
        known = before.get(piece.what)
        if known is not None:
            piece = replace(piece, have=known.have, refs=known.refs)
        elif piece.slot == PHOTOS and pictures:
            piece = replace(piece, have=True, refs=pictures)
        found.append(piece)
    names = {piece.what for piece in needed}
    return (*found, *(piece for piece in had if piece.what not in names and (piece.have or piece.refs)))
