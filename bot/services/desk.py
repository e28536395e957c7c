"""The desk: every deed of the people who answer, each behind its right, done once, and in the audit (docs/live.md §5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.desk.rights import Person, Relation, may, relation_to_group, rights_of
from bot.model import JSON
from bot.services.desk_announcements import DeskAnnouncements
from bot.services.desk_base import check_relation
from bot.services.desk_corrections import Corrections
from bot.services.desk_duties import Duties
from bot.services.desk_endings import Endings
from bot.services.desk_export import Export
from bot.services.desk_labels import Labels
from bot.services.desk_moves import Moves
from bot.services.desk_offers import Offers
from bot.services.desk_plans import Plans
from bot.services.desk_promises import Promises
from bot.services.desk_take_over import TakeOver
from bot.services.desk_talk import Talk
from bot.services.desk_team import Team
from bot.services.desk_webhooks import WebhookDesk
from bot.services.shop_page import REASONS, Choice, Outcome
from bot.services.sign_in import SignedIn
from bot.stores.values import AgentState
from bot.taxonomy import OUT_OF_SCOPE


class Desk(
    Moves, Plans, Endings, Talk, Promises, TakeOver, Labels, Corrections, Duties, Offers, Export, DeskAnnouncements, Team, WebhookDesk
):
    """Desk(parts). Methods that are about a ticket give its row; all of them raise StoreDown."""

    async def me(self, person: Person, now: datetime) -> JSON:
        """What a page needs to begin: who I am, what I may, and the shop's lists (docs/live.md §4, Me)."""
        rules, page, phase = self.parts.rules(), self.parts.page(), (await self.phases.now(now)).phase
        taxonomy, first = rules.taxonomy, rules.deadlines.clocks["first_reply"]
        return {
            "me": me_json(await self.present(person, now)),
            "rights": list(rights_of(person.role)),
            "phase": phase,
            "groups": [{"name": group.name, "zh": group.zh} for group in taxonomy.groups.values()],
            "labels": [{"name": label.name, "zh": label.zh} for label in taxonomy.labels.values() if label.name != OUT_OF_SCOPE],
            "outcomes": _choices(page.outcomes),
            "causes": _choices(page.causes),
            "reasons": {name.removesuffix("_reasons"): _choices(getattr(page, name)) for name in REASONS},
            "capacity_max": self.capacity_max(phase),
            "limits": {
                "first_reply_warn_s": first.warn_s, "first_reply_due_s": first.due_s, "silent_s": rules.staffing.silent_after_claim_s,
            },
        }  # fmt: skip

    async def sign_out(self, signed: SignedIn, now: datetime) -> None:
        """This sign-in and its pages end; with the person's last one the tickets in hand go back."""
        await self.parts.sessions.end(signed.token)
        await self.parts.signals.publish("sign_out", agent=signed.person.id, session=signed.digest, code="signed_out", error="您已退出登录")
        if await self.parts.sessions.others(signed.person.id, signed.token, now) == 0:
            await self.leave(signed.person, now)

    async def others_out(self, person: Person) -> None:
        """The password is another: every page of the person comes back with the cookie that it has, or does not."""
        await self.parts.signals.publish("sign_out", agent=person.id, code="again", error="")

    def check_speaks(self, person: Person) -> None:
        """Forbidden for who never speaks to customers."""
        check_relation(person, "say", Relation.OWN)

    def sees_team(self, person: Person) -> bool:
        """Whether the person sees who is there."""
        return may(person.role, "see_team", Relation.NONE)

    @property
    def groups(self) -> tuple[str, ...]:
        """Every group of the shop, in the taxonomy's order."""
        return tuple(self.parts.rules().taxonomy.groups)

    def groups_of(self, person: Person) -> tuple[str, ...]:
        """The groups whose queues the person sees, in the taxonomy's order."""
        return tuple(group for group in self.groups if may(person.role, "see_queue", relation_to_group(person, group)))


def me_json(state: AgentState) -> JSON:
    """The person as the page shows him."""
    return {
        "id": state.id, "name": state.name, "role": state.role, "groups": list(state.groups), "status": state.status,
        "capacity": state.capacity,
    }  # fmt: skip


def _choices(choices: Sequence[Choice | Outcome]) -> list[JSON]:
    return [{"name": choice.name, "zh": choice.zh, "en": choice.en} for choice in choices]
