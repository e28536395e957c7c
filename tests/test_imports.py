"""Who may import whom, read from the sources: decisions know no stores, stores know no services, nobody knows the command line."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VALUES = ("bot.model", "bot.ticket_parts", "bot.errors", "bot.taxonomy", "bot.yaml_file", "bot.checked_yaml")

# Part -> what of ours it may import besides itself and the values.
MAY = {
    "bot.model": (),
    "bot.ticket_parts": (),
    "bot.errors": (),
    "bot.settings": (),
    "bot.yaml_file": (),
    "bot.checked_yaml": (),
    "bot.taxonomy": (),
    "bot.training_data": ("bot.nlu.text", "bot.nlu.features"),
    "bot.desk": (),
    "bot.nlu": ("bot.training_data", "bot.quiet", "bot.settings"),
    "bot.quality": ("bot.nlu",),
    "bot.playbooks": ("bot.desk", "bot.nlu.thresholds"),
    "bot.stores.sql": ("bot.shop", "bot.settings", "bot.stores.codec"),
    "bot.stores": ("bot.desk", "bot.settings"),
    "bot.shop": ("bot.stores.sql", "bot.settings"),
    "bot.services": ("bot.playbooks", "bot.desk", "bot.stores", "bot.shop", "bot.brain", "bot.nlu", "bot.training_data", "bot.settings"),
    "bot.brain": ("actions", "bot.quiet", "bot.nlu", "bot.playbooks", "bot.stores", "bot.embedded", "bot.settings"),
    # bot.desk.rights: a row goes to the sockets of those who may see it.
    "bot.gateway": ("bot.services", "bot.stores", "bot.desk.rights", "bot.settings"),
    "actions": ("bot.playbooks", "bot.desk", "bot.nlu", "bot.stores.files", "bot.settings"),
    "bot.quiet": (),
    "bot.servers": (),
    "bot.redis_server": ("bot.servers",),
    "bot.postgres_server": ("bot.servers",),
    "bot.embedded": ("bot.servers", "bot.redis_server", "bot.postgres_server", "bot.settings"),
    "bot.console": (),
    "bot.children": ("bot.console", "bot.servers"),
    "bot.preflight": ("bot.servers", "bot.settings", "bot.playbooks", "bot.services", "bot.shop.webhook_http"),
    "bot.up": (
        "bot.children", "bot.console", "bot.embedded", "bot.nlu.registry", "bot.preflight", "bot.servers", "bot.settings", "bot.stores",
        "bot.shop", "bot.up_stores",
    ),
    "bot.up_stores": ("bot.embedded", "bot.settings", "bot.stores", "bot.services.demo_staff", "bot.services.staff"),
    "bot.__main__": ("bot",),
    "bot.commands": ("bot", "actions"),
    # Instruments, which wire what they measure.
    "bot.bench": ("bot", "actions"),
}
# Library -> the parts that may import it. Commands wire, so they may import all.
LIBRARIES = {
    "redis": ("bot.stores.redis_",),
    "aiohttp.web": ("bot.gateway",),
    "asyncpg": ("bot.stores.sql", "bot.shop", "bot.services.staff"),
    "psycopg2": ("bot.stores.sql",),
    "rasa": ("bot.nlu", "bot.brain", "bot.bench"),
    "rasa_sdk": ("actions", "bot.brain"),
}
# Deciding is pure: no waiting, no chance, no machine, no clock.
PURE = ("bot.model", "bot.ticket_parts", "bot.desk", "bot.playbooks", "bot.taxonomy")
IMPURE = {"asyncio", "random", "secrets", "socket", "subprocess", "threading", "time", "urllib", "os"}

FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in ("bot", "actions")
    for path in sorted((ROOT / folder).rglob("*.py"))
}


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions; `from a import b` as a.b when that is a module of ours."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                yield whole if whole in FILES or whole in LIBRARIES else str(node.module)


def within(module: str, part: str) -> bool:
    return module == part or module.startswith((f"{part}.", part) if part.endswith("_") else f"{part}.")


def part_of(module: str) -> str:
    return max((part for part in MAY if within(module, part)), key=len, default="")


@pytest.mark.parametrize("module", [module for module in FILES if module != "bot"])
def test_a_module_imports_only_what_its_part_may(module: str) -> None:
    part = part_of(module)
    assert part, f"{module}: give it a row in MAY"
    ours = [name for name in imported(FILES[module]) if name.partition(".")[0] in ("bot", "actions")]
    allowed = (part, *VALUES, *MAY[part])
    assert [name for name in ours if not any(within(name, other) for other in allowed)] == []


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_imported_only_behind_its_door(library: str) -> None:
    doors = (*LIBRARIES[library], "bot.commands")
    users = [module for module, path in FILES.items() if any(within(name, library) for name in imported(path))]
    assert [module for module in users if not any(within(module, door) for door in doors)] == []


def test_nobody_below_imports_the_command_line() -> None:
    top = ("bot.__main__", "bot.commands", "bot.bench", "bot.up", "bot.up_stores")
    users = [module for module, path in FILES.items() for name in imported(path) if any(within(name, part) for part in top)]
    assert [module for module in users if part_of(module) not in top] == []


@pytest.mark.parametrize("module", [module for module in FILES if part_of(module) in PURE])
def test_what_decides_is_pure(module: str) -> None:
    assert sorted({name.partition(".")[0] for name in imported(FILES[module])} & IMPURE) == []


def test_a_gateway_carries_no_arrays() -> None:
    # What it does not need costs every gateway some 15 MB beside its sockets.
    told = "import sys, bot.commands.gateway; print(sorted({'numpy', 'scipy', 'sklearn', 'rasa'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip() == "[]"


def test_the_bot_package_itself_is_empty() -> None:
    assert FILES["bot"].read_text() == ""


@pytest.mark.parametrize("module", FILES)
def test_no_module_outgrows_its_subject(module: str) -> None:
    assert len(FILES[module].read_text().splitlines()) <= 300


def test_no_two_test_files_share_a_name() -> None:
    # pytest imports them by their names: the second one would not be collected.
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
