#!/usr/bin/env bash
# Print the path of a Chromium for the tests. Without one: root on Debian gets it from apt, everybody else Playwright's own.
set -eu
cd "$(dirname "$0")/.."
say() { printf '▸ %s\n' "$*" >&2; }

find_browser() {
    local candidate path
    for candidate in chromium google-chrome google-chrome-stable chromium-browser "$HOME"/.cache/ms-playwright/chromium-*/chrome-linux*/chrome; do
        path=$(command -v "$candidate") || continue
        # A name on the path is not enough: Ubuntu's chromium-browser only tells where the snap is.
        if "$path" --version 2>/dev/null | grep -qiE '^(chromium|google chrome)'; then
            echo "$path"
            return 0
        fi
    done
    return 1
}
find_font() { fc-list :lang=zh family 2>/dev/null | grep -q .; }
root_with_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
apt_install() {
    say "用 apt 安装 $* … (installing with apt)"
    # Its thousand lines go to the screen only if they are needed.
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"; } >"$log" 2>&1; then
        tail -20 "$log" >&2
        return 1
    fi
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! find_browser >/dev/null && root_with_apt; then apt_install chromium || true; fi
if ! find_browser >/dev/null; then
    say "取 Playwright 的 Chromium … (fetching Playwright's)"
    with_deps=()
    if root_with_apt; then with_deps=(--with-deps); fi
    .venv/bin/python -m playwright install "${with_deps[@]}" chromium >"$log" 2>&1 || tail -20 "$log" >&2
fi
# Pictures of the pages are for people: without a font every Chinese character is a box. The tests themselves can do without.
if ! find_font && root_with_apt; then apt_install fontconfig fonts-noto-cjk || true; fi

if ! find_browser; then
    {
        echo "没有找到 Chromium，也装不上：请安装后再来一次，例如 sudo apt-get install chromium fonts-noto-cjk。只跑其余的测试：make test ARGS=--ignore=tests/browser"
        echo "No Chromium was found and none could be installed: install one, for example as above, then run this again."
    } >&2
    exit 2
fi
