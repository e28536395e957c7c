#!/usr/bin/env bash
# Resolve pyproject.toml anew into requirements.lock, keeping the versions that still fit. For developers; set-up only reads the lock.
# torch, triton and the CUDA libraries stay out: which build of torch fits is decided on each machine (scripts/setup.sh).
set -eu
cd "$(dirname "$0")/.."
uv=.uv/bin/uv
[ -x "$uv" ] || uv=uv
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
if [ -f requirements.lock ]; then cp requirements.lock "$fresh"; fi
"$uv" pip compile pyproject.toml --group dev --python-version 3.10 --no-emit-index-url --no-annotate --no-header --quiet "$@" -o "$fresh" >/dev/null
{
    echo "# Made by scripts/lock.sh from pyproject.toml; installed with --no-deps by scripts/setup.sh."
    grep -Ev '^(#|torch==|triton==|nvidia-|cuda-)' "$fresh"
} >requirements.lock
echo "requirements.lock: $(grep -c == requirements.lock) packages"
