"""Which model answers: the first by itself, later ones by promotion; back again; whatever is lost, some model answers."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from bot.errors import ModelMissing, NotFound
from bot.nlu import registry
from tests.stores.redis_builders import NOON

A, B, C = ("20261101-000000-aaaaaaaaaaaa.tar.gz", "20261102-000000-bbbbbbbbbbbb.tar.gz", "20261103-000000-cccccccccccc.tar.gz")


def read(path: Path) -> bytes:
    """Stands for Understander.load: what it cannot read is ModelMissing."""
    found = path.read_bytes()
    if found != b"model":
        raise ModelMissing("torn")
    return found


def put(folder: Path, name: str, at: int) -> Path:
    place = folder / name
    place.write_bytes(b"model")
    os.utime(place, (at, at))
    return place


def train(folder: Path, name: str, at: int) -> bool:
    return registry.add(folder, put(folder, name, at), {"lines": at}, read, NOON)


def answering(folder: Path, said: list[str] | None = None) -> str:
    path, _ = registry.live(folder, read, NOON, (said if said is not None else []).append)
    return path.name


def promote(folder: Path, name: str) -> None:
    registry.make_live(folder, name, registry.PROMOTED, "", NOON)


def test_the_first_model_is_live_by_itself_and_the_next_is_a_candidate(tmp_path: Path) -> None:
    assert train(tmp_path, A, 1) is True
    assert registry.waiting(tmp_path) is None
    assert train(tmp_path, B, 2) is False
    assert answering(tmp_path) == A
    assert registry.newest_model(tmp_path).name == B
    said = registry.waiting(tmp_path)
    assert said
    assert A in said and B in said and "bot promote" in said


def test_models_from_before_there_was_a_record_go_on_answering(tmp_path: Path) -> None:
    put(tmp_path, A, 1)
    assert train(tmp_path, B, 2) is False
    assert registry.live_name(tmp_path) == A


def test_promotion_and_the_way_back(tmp_path: Path) -> None:
    for at, name in enumerate((A, B, C)):
        train(tmp_path, name, at)
    with pytest.raises(NotFound, match="没有可以退回"):
        registry.roll_back(tmp_path, read, NOON)
    promote(tmp_path, B)
    promote(tmp_path, C)
    assert registry.before_live(tmp_path) == B
    assert registry.roll_back(tmp_path, read, NOON).name == B
    assert registry.before_live(tmp_path) == A, "what was rolled back is not what one goes back to"
    assert registry.roll_back(tmp_path, read, NOON).name == A
    assert [(row.model, row.by) for row in registry.history(tmp_path)] == [
        (A, "first"), (B, "promote"), (C, "promote"), (B, "rollback"), (A, "rollback")
    ]


def test_a_way_back_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    for at, name in enumerate((A, B, C)):
        train(tmp_path, name, at)
    promote(tmp_path, B)
    promote(tmp_path, C)
    (tmp_path / B).write_bytes(b"torn")
    assert registry.roll_back(tmp_path, read, NOON).name == A


@pytest.mark.parametrize("loss", ["missing", "torn"])
def test_a_live_model_that_is_lost_gives_way_to_the_newest_and_it_is_said(tmp_path: Path, loss: str) -> None:
    for at, name in enumerate((A, B, C)):
        train(tmp_path, name, at)
    (tmp_path / C).write_bytes(b"torn too")
    if loss == "missing":
        (tmp_path / A).unlink()
    else:
        (tmp_path / A).write_bytes(b"torn")
    said: list[str] = []
    assert answering(tmp_path, said) == B
    assert A in said[0] and B in said[0]
    assert registry.live_name(tmp_path) == B
    assert answering(tmp_path, said) == B
    assert len(said) == 1, "once"


def test_a_new_model_is_live_when_the_live_one_cannot_be_read(tmp_path: Path) -> None:
    train(tmp_path, A, 1)
    (tmp_path / A).write_bytes(b"of another form")
    assert train(tmp_path, B, 2) is True
    assert answering(tmp_path) == B


def test_a_record_that_is_no_json_is_like_none(tmp_path: Path) -> None:
    train(tmp_path, A, 1)
    (tmp_path / registry.LIVE_FILE).write_text("{", encoding="utf-8")
    assert registry.live_name(tmp_path) is None
    assert answering(tmp_path) == A
    assert registry.live_name(tmp_path) == A


def test_without_any_model_the_way_out_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="make train"):
        answering(tmp_path)
    (tmp_path / A).write_bytes(b"torn")
    with pytest.raises(ModelMissing, match="读不出来"):
        answering(tmp_path)


def test_pruning_spares_the_live_one_and_the_one_before_it(tmp_path: Path) -> None:
    names = [f"2026110{day}-000000-aaaaaaaaaaaa.tar.gz" for day in range(1, 10)]
    for at, name in enumerate(names):
        train(tmp_path, name, at)
    promote(tmp_path, names[1])
    assert registry.prune(tmp_path, kept=2) == names[2:7]
    assert [path.name for path in registry.archives(tmp_path)] == [*names[:2], *names[7:]]
    assert registry.noted(tmp_path / names[0]) == {"v": 1, "lines": 0}
    assert len(list(tmp_path.glob("*.json"))) == 5


def test_notes_are_added_to(tmp_path: Path) -> None:
    path = put(tmp_path, A, 1)
    assert registry.noted(path) == {}
    registry.note(path, {"lines": 3})
    registry.note(path, {"figures": {"accepted": 0.9}})
    assert registry.noted(path) == {"v": 1, "lines": 3, "figures": {"accepted": 0.9}}


def test_a_model_is_meant_by_a_part_of_its_name_if_it_is_the_only_one(tmp_path: Path) -> None:
    put(tmp_path, A, 1)
    put(tmp_path, B, 2)
    assert registry.named(tmp_path, "bbbb").name == B
    assert registry.named(tmp_path, f"models/{A}").name == A
    for wrong in ("2026", "dddd"):
        with pytest.raises(NotFound, match=B):
            registry.named(tmp_path, wrong)


def test_a_model_that_is_gone_cannot_go_live(tmp_path: Path) -> None:
    train(tmp_path, A, 1)
    with pytest.raises(ModelMissing):
        promote(tmp_path, B)
    assert registry.live_name(tmp_path) == A


def promote_often(folder: str, name: str) -> None:
    for _ in range(40):
        registry.make_live(Path(folder), name, registry.PROMOTED, "", NOON)


def test_two_processes_at_once_leave_a_whole_record(tmp_path: Path) -> None:
    for at, name in enumerate((A, B)):
        train(tmp_path, name, at)
    both = [multiprocessing.get_context("fork").Process(target=promote_often, args=(str(tmp_path), name)) for name in (A, B)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    models = [row.model for row in registry.history(tmp_path)]
    assert all(one != other for one, other in zip(models, models[1:])), "no change was lost or written twice"
    assert not list(tmp_path.glob("*.tmp"))
