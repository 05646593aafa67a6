#!/bin/sh
# Brings a machine to where Strake can be built and run: Debian packages, npm packages. Quiet when nothing is missing.
set -eu
cd "$(dirname "$0")/.."

say() { echo "strake: $*" >&2; }
fail() {
  say "$*"
  exit 1
}

# A file that tells that a package is there, and the package.
needed='
runc runc
conmon conmon
nft nftables
ip iproute2
mmdebstrap mmdebstrap
zstd zstd
xz xz-utils
bzip2 bzip2
busybox busybox-static
tar tar
ps procps
unshare util-linux
/usr/share/containers/seccomp.json golang-github-containers-common
'

missing=$(echo "$needed" | while read -r file package; do
  case $file in
  '') continue ;;
  /*) [ -e "$file" ] && continue ;;
  *)
    PATH="$PATH:/usr/sbin:/sbin" command -v "$file" >/dev/null 2>&1 && continue
    ;;
  esac
  printf ' %s' "$package"
done)

if [ -n "$missing" ]; then
  [ "$(id -u)" = 0 ] || fail "missing packages:$missing (install them as root: apt-get install$missing)"
  command -v apt-get >/dev/null 2>&1 || fail "missing programs of the Debian packages$missing, and there is no apt-get to install them"
  say "installing$missing"
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  if ! apt-get install -y --no-install-recommends $missing >"$log" 2>&1; then
    if ! { apt-get update && apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
      tail -n 20 "$log" >&2
      rm -f "$log"
      fail "could not install$missing"
    fi
  fi
  rm -f "$log"
fi

command -v node >/dev/null 2>&1 || fail "Node.js 20 or newer is missing (https://nodejs.org)"
command -v npm >/dev/null 2>&1 || fail "npm is missing (it comes with Node.js)"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || fail "Node.js 20 or newer is needed, this is $(node --version)"

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say "installing npm packages"
  log=$(mktemp)
  if ! npm ci --no-audit --no-fund >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "npm ci failed"
  fi
  rm -f "$log"
  touch node_modules/.package-lock.json
fi

# npm 11 may not run the install script that puts Bun's program in place.
elf=$(printf '\177ELF')
if [ "$(head -c 4 node_modules/bun/bin/bun.exe 2>/dev/null | tr -d '\0')" != "$elf" ]; then
  node node_modules/bun/install.js >&2
fi
