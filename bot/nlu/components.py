"""Our parts of Rasa's pipeline, named in config.yml: TextNormalizer, NumberExtractor, TaxonomyClassifier.

Each wraps the plain code beside it. What Rasa has no field for (second label, share of claims, tone) goes into the parse data as `understanding`.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any, Dict, List, Type
from typing import Text as Str

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import training_data as training_data_files
from bot.nlu import fingerprint, fitting, lexicon, numbers, tone, transformer
from bot.nlu.extras import fit_as_configured
from bot.nlu.text import Text, normalise
from bot.nlu.understander import Understander, to_parse

log = logging.getLogger(__name__)
NORMALISED = "normalised"
UNDERSTANDING = "understanding"
NUMBER = (int, float)
VALUES: Dict[Str, Any] = {
    **dict.fromkeys(("family_weight", "exact_share", "second_label"), (NUMBER, lambda value: 0 <= value <= 1, "between 0 and 1")),
    **dict.fromkeys(("c", "concept_weight", "nonsense", "heat"), (NUMBER, lambda value: value > 0, "above 0")),
    **dict.fromkeys(("min_count", "neighbours", "dimensions", "epochs"), (int, lambda value: value >= 1, "a whole number from 1 on")),
    "folds": (int, lambda value: value >= 2, "a whole number from 2 on"),
    "seed": (int, lambda value: value >= 0, "a whole number from 0 on"),
    "vote": (NUMBER, lambda value: value >= 0, "0 or above"),
    "encoder": (str, bool, "a name or a folder"),
    "fine_tune": (bool, lambda _: True, "true or false"),
    "logs": ((str, type(None)), lambda _: True, "a file"),
}
"""Key of config.yml -> kind, what a value must fulfil, the same in words."""
RANKING_LENGTH = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class TextNormalizer(GraphComponent):  # type: ignore[misc]
    """Leaves the message's comparable forms (bot/nlu/text.py) for the parts after it."""

    @staticmethod
    def get_default_config() -> Dict[Str, Any]:
        """Nothing to set."""
        return {}

    @classmethod
    def create(
        cls, config: Dict[Str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> TextNormalizer:
        """A new normaliser."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Unchanged: fitting normalises the lines itself, once."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Each message with its forms."""
        for message in messages:
            message.set(NORMALISED, normalise(message.get(TEXT) or ""))
        return messages

    @classmethod
    def validate_config(cls, config: Dict[Str, Any]) -> None:
        """Refuses every key."""
        _known_keys(cls, config)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class NumberExtractor(GraphComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Order, parcel and phone numbers and amounts as entities."""

    @staticmethod
    def get_default_config() -> Dict[Str, Any]:
        """Nothing to set."""
        return {}

    @classmethod
    def create(
        cls, config: Dict[Str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> NumberExtractor:
        """A new extractor."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Each message with its numbers added to its entities."""
        for message in messages:
            found = [
                {"entity": n.kind, "value": n.value, "start": n.start, "end": n.end, "confidence_entity": 1.0, "extractor": type(self).__name__}
                for n in numbers.find(message.get(TEXT) or "")
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    @classmethod
    def validate_config(cls, config: Dict[Str, Any]) -> None:
        """Refuses every key."""
        _known_keys(cls, config)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TaxonomyClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Label, ranking, second label, share of claims, tone."""

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        """The normaliser must come first."""
        return [TextNormalizer]

    @staticmethod
    def get_default_config() -> Dict[Str, Any]:
        """The values that measured best; config.yml says on what."""
        return {"data_dir": "data", **asdict(fitting.Recipe()), "second_label": 0.5, "encoder": transformer.OWN, "fine_tune": False, "logs": None}

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Str | None:
        """Rasa trains anew when words, tone or our code changed, which it does not see by itself."""
        # Where Rasa takes a result from its cache, it hands over another part's configuration, without our defaults.
        given = {**cls.get_default_config(), **config}
        return fingerprint.of_files(fingerprint.classifier_inputs(given["data_dir"], given["logs"]))

    def __init__(self, config: Dict[Str, Any], model_storage: ModelStorage, resource: Resource, model: Understander | None = None) -> None:
        """With `model` ready to process, without it ready to train."""
        self._config, self._storage, self._resource, self._model = config, model_storage, resource, model

    @classmethod
    def create(
        cls, config: Dict[Str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> TaxonomyClassifier:
        """A new, untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits on the training lines and stores the model."""
        config = self._config
        lines = [(example.get(TEXT), example.get(INTENT)) for example in training_data.intent_examples if example.get(TEXT)]
        # Rasa reads no pairs: a contrast line belongs to two labels' border, not to one label's block.
        lines += [(line.text, line.label) for line in training_data_files.read_contrast(config["data_dir"])]
        recipe = fitting.Recipe(**{key: config[key] for key in fitting.Recipe.__dataclass_fields__})
        words, flags = lexicon.load(config["data_dir"]), tone.load(config["data_dir"])
        fitted = fit_as_configured(lines, words, recipe, config, lambda text: log.info("%s", text))
        self._model = Understander(fitted, tone.build(flags), float(config["second_label"]))
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls, config: Dict[Str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> TaxonomyClassifier:
        """The trained classifier."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Understander.load(folder))

    def process(self, messages: List[Message]) -> List[Message]:
        """Each message with intent, ranking and `understanding`."""
        if self._model is None:
            raise InvalidConfigException("TaxonomyClassifier has not been trained.")
        for message in messages:
            text: Text = message.get(NORMALISED) or normalise(message.get(TEXT) or "")
            understood = self._model.understand_text(text)
            ranking = [{"name": name, "confidence": share} for name, share in understood.guesses]
            message.set(INTENT, {"name": understood.label, "confidence": understood.confidence}, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(UNDERSTANDING, to_parse(understood), add_to_output=True)
        return messages

    @classmethod
    def validate_config(cls, config: Dict[Str, Any]) -> None:
        """Refuses unknown keys and values of the wrong kind or size."""
        _known_keys(cls, config)
        given = {**cls.get_default_config(), **config}
        for key, (kinds, right, what) in VALUES.items():
            # bool is an int to Python, and no number to a person.
            if not isinstance(given[key], kinds) or (isinstance(given[key], bool) and kinds is not bool) or not right(given[key]):
                raise InvalidConfigException(f"TaxonomyClassifier: {key} must be {what}, it is {given[key]!r}.")


def _known_keys(component: type[GraphComponent], config: Dict[Str, Any]) -> None:
    known = component.get_default_config()
    unknown = [key for key in config if key not in known]
    if unknown:
        raise InvalidConfigException(f"{component.__name__} does not know {unknown[0]!r}; it knows {', '.join(known) or 'no key'}.")
