#!/usr/bin/env bash
# Print the path of a Chromium for the tests. Without one: root on Debian gets it from apt, everybody else Playwright's own.
set -eu
cd "$(dirname "$0")/.."
say() { printf '▸ %s\n' "$*" >&2; }

find_browser() {
    local candidate path
    for candidate in chromium google-chrome google-chrome-stable chromium-browser "${HOME:-}"/.cache/ms-playwright/chromium-*/chrome-linux*/chrome; do
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
# One at a time: apt lets only one in, and two processes of tests may ask at once.
exec 9<scripts/browser.sh
if command -v flock >/dev/null; then flock 9; fi

if ! find_browser >/dev/null && root_with_apt; then apt_install chromium || say "apt 没有装成 (apt did not)"; fi
fetched=""
if ! find_browser >/dev/null; then
    say "取 Playwright 的 Chromium … (fetching Playwright's)"
    with_deps=()
    if root_with_apt; then with_deps=(--with-deps); fi
    # Bash before 4.4 takes an empty list for an unset one.
    if .venv/bin/python -m playwright install ${with_deps[@]+"${with_deps[@]}"} chromium >"$log" 2>&1; then fetched=yes; else tail -20 "$log" >&2; fi
fi
# Pictures of the pages are for people: without a font every Chinese character is a box. The tests themselves can do without.
if ! find_font && root_with_apt; then
    apt_install fontconfig fonts-noto-cjk || say "没有中文字体：测试照跑，只是截图里的汉字是方块 (no Chinese font: boxes in the pictures, the tests do not mind)"
fi

if find_browser; then exit 0; fi
if [ -n "$fetched" ]; then
    {
        echo "Playwright 的 Chromium 取到了，但在这台机器上起不来，多半缺系统库：请有 root 权限的人运行 $PWD/.venv/bin/python -m playwright install-deps chromium，再来一次。"
        echo "Playwright's Chromium was fetched but does not start here; most likely system libraries are missing: have somebody with root run the command above, then run this again."
    } >&2
else
    {
        echo "没有找到 Chromium，也装不上：上面是原因。请有 root 权限的人安装（Debian：apt-get install chromium fonts-noto-cjk；Ubuntu：装 Google Chrome），或把能用的 chromium 放到 PATH 里，再来一次。"
        echo "No Chromium was found and none could be installed; the reason is above. Have somebody with root install one (Debian: as above; Ubuntu: Google Chrome), or put a working chromium on the PATH, then run this again."
    } >&2
fi
echo "只跑其余的测试：make test ARGS=--ignore=tests/browser (all other tests)" >&2
exit 2
