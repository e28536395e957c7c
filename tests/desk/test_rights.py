"""The table of rights, cell by cell. It is written out here once more on purpose: a right changes only when both places say so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk.rights import DEEDS, ROLES, Person, Relation, may, relation, relation_to_group, rights_of, sees_numbers
from tests.stores.redis_builders import a_ticket

# o: own ticket, g: of the person's group, x: another group's, n: no ticket.
CELLS = """
deed              agent  supervisor  trainer  admin
see_queue         og     ogxn        ogxn     -
see_conversation  og     ogxn        ogxn     -
search            ogxn   ogxn        ogxn     -
see_team          ogxn   ogxn        -        ogxn
claim             og     ogx         -        -
say               o      o           -        -
whisper           og     ogxn        -        -
promise           o      ogx         -        -
offer             o      ogx         -        -
decide_offer      -      ogx         -        -
plan              o      ogx         -        -
answer_plan       o      ogx         -        -
transfer          o      o           -        -
give_back         o      ogx         -        -
to_bot            o      ogx         -        -
close             o      ogx         -        -
follow_up         og     ogx         -        -
reopen            og     ogx         -        -
correct_label     og     ogx         ogx      -
evidence          o      ogx         -        -
tick_duty         o      ogx         -        -
export            og     ogx         -        -
export_internal   -      ogx         -        -
unmask            o      ogxn        -        -
take_over         -      ogxn        -        -
reassign          -      ogx         -        -
search_buyer      -      ogxn        -        -
end_sign_in       -      ogxn        -        ogxn
set_phase         -      ogxn        -        ogxn
announce          -      ogxn        -        -
see_audit         -      ogxn        -        ogxn
webhooks          -      ogxn        -        ogxn
manage_staff      -      -           -        ogxn
"""
LETTERS = {"o": Relation.OWN, "g": Relation.GROUP, "x": Relation.OTHER, "n": Relation.NONE}
HEAD, *ROWS = (line.split() for line in CELLS.strip().splitlines())
WRITTEN = {
    (role, row[0], found): letter in cell for row in ROWS for role, cell in zip(HEAD[1:], row[1:]) for letter, found in LETTERS.items()
}


def test_no_row_and_no_column_is_missing() -> None:
    assert tuple(HEAD[1:]) == ROLES and {row[0] for row in ROWS} == set(DEEDS)
    assert set(LETTERS.values()) == set(Relation)


@pytest.mark.parametrize(("role", "deed", "found"), list(WRITTEN))
def test_a_cell(role: str, deed: str, found: Relation) -> None:
    assert may(role, deed, found) is WRITTEN[role, deed, found]


@pytest.mark.parametrize("role", ["integration", "", "boss"])
def test_who_has_no_desk_may_nothing(role: str) -> None:
    assert rights_of(role) == ()


def test_the_pages_offer_what_a_role_may_do_somewhere() -> None:
    assert rights_of("admin") == ("see_team", "end_sign_in", "set_phase", "see_audit", "webhooks", "manage_staff")
    assert rights_of("trainer") == ("see_queue", "see_conversation", "search", "correct_label")


def test_how_a_ticket_stands_to_a_person() -> None:
    person, ticket = Person("s1", "小林", "agent", ("exceptions",)), a_ticket(group="exceptions")
    assert relation(person, replace(ticket, agent="s1", group="reception")) is Relation.OWN
    assert relation(person, replace(ticket, agent="s2")) is Relation.GROUP
    assert relation(person, replace(ticket, group="reception")) is Relation.OTHER
    assert relation(person, None) is Relation.NONE
    assert relation_to_group(person, "exceptions") is Relation.GROUP
    assert relation_to_group(person, "reception") is Relation.OTHER


def test_numbers_are_seen_by_those_who_act_on_them() -> None:
    assert [role for role in ROLES if sees_numbers(role)] == ["agent", "supervisor"]


def test_tickets_are_the_work_of_two_roles() -> None:
    assert [role for role in ROLES if Person("s1", "x", role).works] == ["agent", "supervisor"]
