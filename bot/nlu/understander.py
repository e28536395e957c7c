"""From a message to an Understanding: text, label, second label, entities, tone. Loads a trained model without importing Rasa.

Rasa's components (bot/nlu/components.py) run the same code; `from_parse` reads what they left in Rasa's parse data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.errors import ModelMissing
from bot.model import Understanding
from bot.nlu import model_files, numbers
from bot.nlu.classifier import Classifier
from bot.nlu.neighbours import Floats
from bot.nlu.text import Text, is_only_a_thing, normalise
from bot.nlu.tone import Tone
from bot.taxonomy import OUT_OF_SCOPE

GUESSES = 3
# Words that open another matter, and marks that end a clause.
_AND_ALSO = re.compile(r"顺便|另外|还有就是|还有(?:个|一个|件|一件)?(?:事|问题)|还想问|再问一?下?|对了[,，。 ]|以及|\balso\b|by the way")
_CLAUSE_END = re.compile(r"[,，。.;；!！?？、\n ]+")
_ENGLISH_CLAUSE_END = re.compile(r"[,.;!?\n]+| (?:and|but|plus) ")
_MIN_CLAUSE, _MIN_ENGLISH_CLAUSE, _MAX_CLAUSES = 5, 10, 8
# Without such a word a clause must be surer, and the whole message must back it: most clauses only tell how the one matter came about.
_SURER, _BACKED = 0.75, 0.08
# How much the model's word counts when a message names a thing and says nothing of it: too little to answer or to call it a claim.
_KNOWN_OF_A_THING = np.float32(0.1)
# Two sides of one matter, the question and the claim: the one is never the other's second matter.
_SAME_MATTER = tuple(
    frozenset(row.split())
    for row in (
        "faq.return_freight_policy dispute.return_freight",
        "faq.invoice_howto dispute.invoice",
        "faq.price_protection dispute.price_difference",
        "faq.promo_howto dispute.promo_rules faq.gift case.promise_broken",
        "faq.refund_process faq.refund_timing faq.refund_urge faq.cancel_order case.refund_overdue",
        "faq.shipping_time faq.shipping_urge faq.presale dispute.shipping_delay",
        "faq.tracking faq.shipping_urge dispute.logistics_stalled case.not_received",
        "faq.return_process faq.return_conditions faq.return_address faq.exchange",
        "faq.refund_edit faq.return_process faq.refund_process",
        "case.refund_overdue dispute.return_inspection case.not_received",
        "case.counterfeit case.wrong_or_missing_item dispute.product_quality",
        "dispute.promo_rules dispute.product_description",
        "faq.price_protection dispute.price_difference faq.return_conditions",
        "dispute.escalation faq.refund_process faq.refund_urge",
        "faq.warranty dispute.product_quality dispute.product_function dispute.product_description faq.product_question case.damaged_on_arrival",
    )
)


@dataclass(frozen=True)
class Understander:
    """A trained model, ready. `second_label`: how sure a clause must be of another matter than the whole message's."""

    classifier: Classifier
    tone: Tone
    second_label: float

    @classmethod
    def load(cls, model_path: Path | str) -> Understander:
        """From a Rasa model archive, or a folder that holds the two files; ModelMissing when it cannot be read."""
        path = Path(model_path)
        try:
            classifier, described = model_files.read(path)
            flags = Tone({flag: re.compile(pattern, re.IGNORECASE) for flag, pattern in described["tone"].items()})
            return cls(classifier, flags, described["second_label"])
        except FileNotFoundError:
            raise ModelMissing(f"没有模型 {path}，先运行 python -m bot train") from None
        except Exception as error:
            # Whatever a damaged file brings about (zlib, zip, JSON, a pattern, a transformer): there may be another model to fall back on.
            raise ModelMissing(f"模型 {path} 读不出来（{type(error).__name__}），重新运行 python -m bot train") from None

    def save(self, folder: Path) -> None:
        """The model's files into an existing folder."""
        flags = {flag: pattern.pattern for flag, pattern in self.tone.patterns.items()}
        model_files.write(folder, self.classifier, {"second_label": self.second_label, "tone": flags})

    def understand(self, texts: Sequence[str]) -> list[Understanding]:
        """One Understanding per text, in order."""
        return [self.understand_text(normalise(text)) for text in texts]

    def understand_text(self, text: Text) -> Understanding:
        """What a normalised message means."""
        entities = numbers.by_kind(numbers.find(text.original))
        flags = self.tone.flags(text)
        if not any(char.isalnum() for char in text.plain):
            # Nothing but marks or emoji: no word to go by, so no label is likelier than another.
            return Understanding(text.original, OUT_OF_SCOPE, 0.0, entities=entities, tone=flags)
        model = self.classifier
        chances = model.probabilities(text.features)
        if is_only_a_thing(text.features):
            chances = _KNOWN_OF_A_THING * chances + np.float32((1 - _KNOWN_OF_A_THING) / len(chances))
        parts = self._two_parts(text)
        if parts:
            first, second = parts
            label2: str | None = model.ranking(second, 1)[0][0]
            p_claim = max(model.p_claim(first), model.p_claim(second))
            chances = first
        else:
            # Who corrects himself names the matter that he does not mean too.
            label2 = None if "correction" in flags else self._second(text, chances)
            p_claim = model.p_claim(chances)
        guesses = model.ranking(chances, GUESSES)
        label, confidence = guesses[0]
        return Understanding(
            text.original, label, confidence, tuple(guesses), label2, p_claim, model.p_out_of_scope(chances), entities, flags
        )

    def explain(self, text: Text, label: str, count: int = 5) -> dict[str, Any]:
        """Why the label: `nearest` training lines as (text, label, cosine), `words` that spoke most as (word or #class, weight)."""
        return {
            "nearest": [(line, name, round(near, 3)) for line, name, near in self.classifier.nearest(text.features, count)],
            "words": [(word, round(weight, 3)) for word, weight in self.classifier.reasons(text.features, label)[: 2 * count]],
        }

    def _two_parts(self, text: Text) -> tuple[Floats, Floats] | None:
        """The chances of what stands before and after a word like 另外, when each is sure of a matter of its own."""
        parts = [part for part in _AND_ALSO.split(text.features, maxsplit=1) if len(part) >= _MIN_CLAUSE]
        if len(parts) != 2:
            return None
        first, second = (self.classifier.probabilities(part.strip(",，。 ")) for part in parts)
        (label, sure), (label2, sure2) = (self.classifier.ranking(chances, 1)[0] for chances in (first, second))
        if min(sure, sure2) < self.second_label or not (_is_matter(label) and _is_matter(label2)) or _same_matter(label, label2):
            return None
        return first, second

    def _second(self, text: Text, chances: Floats) -> str | None:
        """Another matter that one of the message's clauses is sure of, and that the whole message does not rule out."""
        ends, shortest = (_ENGLISH_CLAUSE_END, _MIN_ENGLISH_CLAUSE) if text.english else (_CLAUSE_END, _MIN_CLAUSE)
        clauses = [clause for clause in ends.split(text.features) if len(clause) >= shortest]
        if not 2 <= len(clauses) <= _MAX_CLAUSES:
            return None
        backed = dict(self.classifier.ranking(chances, 5))
        label, best, surest = next(iter(backed)), None, max(_SURER, self.second_label)
        for clause in clauses:
            if _same_matter(self.classifier.rough_label(clause), label):
                continue
            found, sure = self.classifier.ranking(self.classifier.probabilities(clause), 1)[0]
            if sure >= surest and backed.get(found, 0.0) >= _BACKED and _is_matter(found) and not _same_matter(found, label):
                best, surest = found, sure
        return best


def _is_matter(label: str) -> bool:
    return label.startswith(("faq.", "dispute.", "case."))


def _same_matter(one: str, other: str) -> bool:
    return one == other or any(one in row and other in row for row in _SAME_MATTER)


def to_parse(understanding: Understanding) -> dict[str, Any]:
    """The part of an Understanding that Rasa has no field for; JSON."""
    return {
        "label2": understanding.label2, "p_claim": round(understanding.p_claim, 4), "p_out_of_scope": round(understanding.p_out_of_scope, 4),
        "tone": sorted(understanding.tone),
    }


def from_parse(parse: Mapping[str, Any]) -> Understanding:
    """Rasa's parse data as an Understanding; with a foreign pipeline the extra fields are empty."""
    intent = parse.get("intent") or {}
    extra = parse.get("understanding") or {}
    ranking = [(str(row["name"]), float(row["confidence"])) for row in parse.get("intent_ranking") or []][:GUESSES]
    entities: dict[str, tuple[str, ...]] = {}
    for row in parse.get("entities") or []:
        kind, value = str(row["entity"]), str(row["value"])
        if value not in entities.get(kind, ()):
            entities[kind] = (*entities.get(kind, ()), value)
    return Understanding(
        str(parse.get("text") or ""), str(intent.get("name") or OUT_OF_SCOPE), float(intent.get("confidence") or 0.0), tuple(ranking),
        extra.get("label2"), float(extra.get("p_claim") or 0.0), float(extra.get("p_out_of_scope") or 0.0), entities, frozenset(extra.get("tone") or ()),
    )
