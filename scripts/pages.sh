#!/usr/bin/env bash
# Build the pages into bot/web/dist; npm fetches first what the lock names. Each only when its sources changed: run again, it does nothing.
set -eu
cd "$(dirname "$0")/.."
packages=bot/web/node_modules/.qiantai-stamp
pages=bot/web/dist/.qiantai-stamp  # Vite empties dist: a build by hand takes the stamp away, and is made sure of here

sum() { sha256sum | cut -d' ' -f1; }
sources() { find bot/web \( -name node_modules -o -name dist \) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sum; }
current() { [ "$(cat "$1" 2>/dev/null || true)" = "$2" ]; }
say() { printf '▸ %s\n' "$*" >&2; }

wanted=$(sources)
if current "$pages" "$wanted"; then exit 0; fi

# One at a time: two that start together would empty each other's folders.
exec 9<scripts/pages.sh
flock 9
wanted=$(sources)
if current "$pages" "$wanted"; then exit 0; fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT

locked=$(sum <bot/web/package-lock.json)
if ! current "$packages" "$locked"; then
    say "取网页用的包 … (fetching the pages' packages)"
    # --include=dev: NODE_ENV=production in somebody's shell would leave the tools out.
    fetch() { scripts/npm.sh ci --include=dev --loglevel=error >"$log" 2>&1; }
    if ! fetch && ! { say "没有取全，再试一次 … (once more)" && fetch; }; then
        {
            cat "$log"
            echo "网页用的包没有取到：看上面 npm 的话。多半是连不上 npm 的源——检查网络、代理（npm config get proxy）或换一个源（npm config set registry …），再来一次。"
            echo "The pages' packages could not be fetched; npm's words are above. Check the network, the proxy or npm's registry setting, then run this again."
        } >&2
        exit 2
    fi
    echo "$locked" >"$packages"
fi

say "建网页 … (building the pages)"
if ! NO_COLOR=1 scripts/npm.sh run build >"$log" 2>&1; then
    {
        cat "$log"
        echo "网页没有建成：原因在上面。改好 bot/web 里指出的文件，再来一次；没有改过那里的文件，就删掉 bot/web/node_modules 再来一次。"
        echo "The pages were not built; the reason is above. Mend the named file in bot/web, or, if you changed nothing there, remove bot/web/node_modules; then run this again."
    } >&2
    exit 2
fi
echo "$wanted" >"$pages"
