"""What the steps of a decision share: the turn's input, the order that is meant, and how a Decision is put together. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

from bot.desk.refunds import path_of, said_of_goods
from bot.desk.routing import route
from bot.desk.severity import ANGER, Graded, Signs, grade
from bot.model import JSON, Decision, Facts, HandOff, Line, Order, Severity, Understanding
from bot.nlu.thresholds import ANSWER, GUESS, HAND_OFF, REPHRASE, first_action
from bot.playbooks import notes, states, which_order
from bot.playbooks.matter import Matter, Open, with_order
from bot.playbooks.model import Buttons, Playbook, Playbooks, Script
from bot.playbooks.render import fill, order_fields
from bot.playbooks.writing import ENGLISH, has_english, simplified, written, written_button

ASK = "ask"
TO_A_PERSON = ("转人工", "转人工")
INFORM = "chat.inform_order"
FEW_CHARS, CLEAR_CLAIM = 6, 0.75
PICTURE_MARK = re.compile(r"\[图片\]")
_QUESTION = re.compile(
    r"[?？吗呢么]|怎[么样]|什么|多久|多少|哪|几[天点号时]|能不能|可不可以|是不是|有没有|如何|\b(how|what|when|where|why|which|can|could|does?|is)\b",
    re.I,
)


@dataclass(frozen=True)
class Turn:
    """One message with all that the decision may look at. `label` and `sure` are after buttons, thresholds and the claim guard."""

    u: Understanding
    facts: Facts
    books: Playbooks
    matter: Matter
    picked: str | None = None
    answering: bool = False
    """The message answers an open question: what its words resemble is no matter of its own."""

    @cached_property
    def words(self) -> str:
        """The message in simplified characters: what patterns look at."""
        return simplified(self.u.text)

    @cached_property
    def vague(self) -> bool:
        """A few words after a script that only resemble a dispute (都两天了, 找不到按钮): no new matter, but no satisfaction either."""
        few = len(self.words.strip()) <= FEW_CHARS and self.confidence < CLEAR_CLAIM
        return bool(self.matter.script) and self.is_claim(self.label) and few and not self.u.tone & {"threat", "insult", "safety"}

    @cached_property
    def only_pictures(self) -> bool:
        """Pictures and no words: the classifier's label says nothing then."""
        return bool(self.facts.images) and not PICTURE_MARK.sub("", self.u.text).strip()

    @cached_property
    def step(self) -> str:
        """answer, guess, rephrase or hand_off, by the thresholds alone."""
        return ANSWER if self.picked or self.only_pictures else first_action(self.u, self.books.thresholds)

    @cached_property
    def label(self) -> str:
        """The label the turn is treated as."""
        if self.picked:
            return self.picked
        if self.only_pictures:
            return self.matter.open.label if self.matter.open else INFORM
        guarded = self.step == HAND_OFF and self.u.p_claim >= self.books.thresholds.claim_hand_off
        if guarded and not self.is_claim(self.u.label) and self.u.label not in ("chat.human", "chat.abuse"):
            return next((label for label, _ in self.u.guesses if self.is_claim(label)), self.u.label)
        return self.u.label

    @cached_property
    def sure(self) -> bool:
        """Whether the label is certain enough to act on."""
        return self.step in (ANSWER, HAND_OFF)

    @cached_property
    def confidence(self) -> float:
        """The calibrated confidence; 1.0 for a button or a picture."""
        return 1.0 if self.picked or self.only_pictures else self.u.confidence

    @cached_property
    def label2(self) -> str | None:
        """The second matter of the message, never the same as the first."""
        return self.u.label2 if self.u.label2 != self.label and not self.only_pictures else None

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """The buyer's orders, newest first."""
        return self.facts.orders

    def is_claim(self, label: str | None) -> bool:
        """True for dispute and case labels."""
        return bool(label) and str(label).split(".")[0] in ("dispute", "case")

    def is_faq(self, label: str | None) -> bool:
        """True for faq labels."""
        return bool(label) and str(label).startswith("faq.")

    def is_other_matter(self, known: Collection[str]) -> bool:
        """Whether the message is surely about a matter that is none of these."""
        return self.sure and self.label not in known and (self.is_faq(self.label) or self.is_claim(self.label))

    def book(self, label: str) -> Playbook:
        """The playbook of a label."""
        return self.books.books[label]

    @cached_property
    def named(self) -> Order | None:
        """The buyer's order that this message names by order or parcel number."""
        for kind in ("order_no", "tracking_no", "wrong_order_no"):
            for number in self.u.entities.get(kind, ()):
                found = states.by_number(self.orders, number)
                if found:
                    return found
        return None

    @cached_property
    def stray(self) -> str | None:
        """A number in this message that is given as an order's or parcel's and is none of the buyer's."""
        if self.named:
            return None
        kinds = ("order_no", "wrong_order_no", "tracking_no")
        return next((self.u.entities[kind][0] for kind in kinds if self.u.entities.get(kind)), None)

    @cached_property
    def checkable(self) -> bool:
        """Whether a number can be checked now: somebody vouched for the buyer and the orders can be looked up."""
        return self.facts.orders_known and not self.facts.orders_down and self.facts.buyer_id is not None

    @cached_property
    def is_question(self) -> bool:
        """Whether the words ask something; an answer to the bot's question seldom does."""
        return bool(_QUESTION.search(self.words))

    @cached_property
    def order(self) -> Order | None:
        """The order that is meant: named now by number or goods, in focus from before, or the buyer's only recent one."""
        if self.named:
            return self.named
        if self.stray and self.checkable:
            return None
        said = which_order.by_message(self.words, self.orders) if len(self.orders) > 1 else None
        return said or states.by_ref(self.orders, self.matter.order) or states.only_recent(self.orders)

    @cached_property
    def other_order(self) -> Order | None:
        """An order other than the one in focus that this message turns to."""
        focus = states.by_ref(self.orders, self.matter.order)
        meant = self.named or which_order.by_message(self.words, self.orders) or which_order.the_other(self.words, self.orders, focus)
        return meant if meant is not focus else None

    def chosen_by_words(self) -> Order | None:
        """The one order that an answer to "which order" points at: by last digits, place among the buttons, age, or goods."""
        return which_order.by_words(self.words, self.orders, self.matter.open.shown if self.matter.open else None)

    def line(self, name: str, **values: str | None) -> str:
        """One of the bot's own sentences in the customer's language; "" when a value it needs is missing."""
        texts = self.books.lines[name]
        text = texts.get("en") if self.matter.writing == ENGLISH else None
        return fill(text or texts["zh"], values, english=bool(text))

    def title(self, label: str) -> str:
        """A matter's name in the customer's language: on buttons, in the bot's own sentences."""
        return self.books.title(label, english=self.matter.writing == ENGLISH)

    def script(self, label: str, order: Order | None) -> tuple[str, ...]:
        """The bubbles of a label's script for this order, filled; soothing lines for claims."""
        book = self.book(label)
        english = self.matter.writing == ENGLISH and bool(book.say_en)
        told: Script = book.soothe if self.is_claim(label) else book.say_en if english else book.say
        values = order_fields(order, self.books.terms)
        for key in (*states.script_keys(order, self.facts.now, self.books.terms), "unknown"):
            bubbles = tuple(text for text in (fill(bubble, values, english=english) for bubble in told.get(key, ())) if text)
            if bubbles:
                return bubbles
        return ()

    def buttons(self, label: str, order: Order | None) -> Buttons:
        """The buttons under a label's script in this order's state."""
        told = self.book(label).buttons
        found = next((told[key] for key in states.script_keys(order, self.facts.now, self.books.terms) if key in told), ())
        return tuple(filter(has_english, found)) if self.matter.writing == ENGLISH else found

    def order_buttons(self) -> which_order.Buttons:
        """The buyer's newest orders to choose from, the one whose goods the message names first; what is sent is the order's number."""
        likely = self.chosen_by_words()
        return which_order.buttons(([likely] if likely else []) + [order for order in self.orders if order is not likely])

    def orders_shown(self, opened: Open) -> which_order.Buttons:
        """The order buttons of the open question again."""
        again = (states.by_ref(self.orders, name) for name in opened.shown)
        return which_order.buttons(order for order in again if order)

    def group(self, label: str) -> str | None:
        """The group that takes a label in this phase, or None when no group does."""
        row = self.books.taxonomy.labels[label]
        return route(self.books.taxonomy, label, self.facts.phase) if row.group else None

    def severity(self, label: str, *, angry: bool = False, reason: str = "") -> Severity:
        """The playbook's severity, raised by anger, threats and harm (playbook §7)."""
        found = self.graded(label, angry=angry, reason=reason)
        return Severity.SERIOUS if self.matter.severity == Severity.SERIOUS.value else found.level

    def graded(self, label: str, *, angry: bool = False, reason: str = "") -> Graded:
        """The severity by this message alone, with its reasons."""
        tone = self.u.tone | ANGER if angry else self.u.tone
        return grade(self.books.severity, self.base_severity(label), Signs(label, tone, hand_off=reason))

    def base_severity(self, label: str) -> Severity:
        """What the label's playbook says of it."""
        book = self.books.books.get(label)
        return book.severity if book else Severity.NORMAL

    def path(self, label: str, order: Order | None) -> int | None:
        """The refund path 1–4 (playbook §2), None when the label is no refund matter or the order is unknown."""
        return path_of(self.books.refunds, label, order, self.words, self.goods_back(label))

    def goods_back(self, label: str) -> bool | None:
        """Whether the customer said that the goods go back: in this message, else before; None when he did not."""
        return said_of_goods(self.books.refunds, label, self.words, self.matter.goods)

    def say(
        self,
        action: str,
        lines: Iterable[Line | str],
        *,
        matter: Matter | None = None,
        about: str | None = None,
        order: Order | None = None,
        ask: Sequence[str] = (),
        group: str | None = None,
    ) -> Decision:
        """A decision that keeps the conversation with the bot; `about` is the label whose path and severity count."""
        label = about or self.label
        return Decision(
            action=action,
            label=self.label,
            label2=self.label2,
            confidence=self.confidence,
            lines=self._written(lines),
            severity=self.severity(label),
            group=group,
            path=self.path(label, order),
            ask=tuple(ask),
            matter=(matter or self.matter).to_json(),
        )

    def hand_over(
        self, label: str, reason: str, lines: Iterable[Line | str], *, opened: Open | None = None, order: Order | None = None
    ) -> Decision:
        """A decision that hands the conversation to the group of `label`, the matter's label."""
        group = self.group(label) or "reception"
        own = (self.label, self.label2) if self.sure and not self.answering else (self.label2,)
        matters = (name for name in (*own, *self.matter.kept) if self.is_claim(name) or self.is_faq(name))
        second = next((name for name in matters if name != label), None)
        given = set(opened.given if opened else ())
        given |= ({"order_no"} if order else set()) | ({"photos"} if self.facts.images or self.matter.images else set())
        severity = self.severity(label, angry=reason == "anger", reason=reason)
        ticket: JSON = {
            "label": label,
            "label2": second,
            "confidence": round(opened.confidence if opened and opened.confidence else self.confidence, 4),
            "order_no": order.order_no if order else None,
            "unverified_number": opened.number if opened else None,
            "asked": list(opened.asked) if opened else [],
            "given": sorted(given),
            **notes.of(self.matter, self.books, label, order, self.goods_back(label)),
            "tone": sorted(self.u.tone),
            "base": self.base_severity(label).value,
            "evidence": [{**asdict(need), "have": need.slot in given} for need in self.book(label).evidence],
        }
        if self.matter.reasons:
            ticket["severity_reasons"] = list(self.matter.reasons)
        return Decision(
            action=HAND_OFF,
            label=self.label,
            label2=self.label2,
            confidence=self.confidence,
            lines=self._written(lines),
            severity=severity,
            group=group,
            path=self.path(label, order),
            hand_off=HandOff(group, reason),
            matter=Matter(writing=self.matter.writing).to_json(),
            ticket=ticket,
        )

    def _written(self, lines: Iterable[Line | str]) -> tuple[Line, ...]:
        made, writing = [line if isinstance(line, Line) else Line(line) for line in lines], self.matter.writing
        told = (line for line in made if line.text)
        return tuple(Line(written(line.text, writing), tuple(written_button(button, writing) for button in line.buttons)) for line in told)


__all__ = ["ANSWER", "ASK", "GUESS", "HAND_OFF", "REPHRASE", "TO_A_PERSON", "Turn", "with_order"]
