"""Runs a model's graph node after node: the same nodes as Rasa's runner, without building and ordering a dask graph for every message."""

from __future__ import annotations

from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner


class InOrderGraphRunner(DaskGraphRunner):
    """Rasa's runner with the order of the nodes worked out once for each set of targets."""

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The outputs of the target nodes by name."""
        wanted = tuple(targets or self._graph_schema.target_names)
        done: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._plan(wanted):
            # A need that is no node and no input is passed by its name, as dask does; the node says what it misses.
            done[name] = self._instantiated_nodes[name](*(done.get(need, need) for need in needs))
        return dict(done[name] for name in wanted)

    def components(self) -> list[Any]:
        """The loaded components of the graph."""
        return [node._component for node in self._instantiated_nodes.values()]

    def _plan(self, wanted: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        plans: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = self.__dict__.setdefault("_plans", {})
        if wanted not in plans:
            plans[wanted] = ordered(self._graph_schema.minimal_graph_schema(list(wanted)))
        return plans[wanted]


def ordered(schema: GraphSchema) -> list[tuple[str, tuple[str, ...]]]:
    """(node, its needs) such that every node stands after the nodes it needs; GraphRunError for a circle."""
    needs = {name: tuple(node.needs.values()) for name, node in schema.nodes.items()}
    placed: dict[str, tuple[str, ...]] = {}
    while len(placed) < len(needs):
        ready = [name for name in needs if name not in placed and all(need in placed or need not in needs for need in needs[name])]
        if not ready:
            raise GraphRunError("The model's graph has a circle.")
        placed |= {name: needs[name] for name in ready}
    return list(placed.items())
