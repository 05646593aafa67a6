#!/bin/sh
# Brings a machine to where Strake can be built and run: Debian packages, npm packages. Quiet when nothing is missing.
# With the word "tests", also what only the tests use.
set -eu
cd "$(dirname "$0")/.."

say() { echo "strake: $*" >&2; }
fail() {
  say "$*"
  exit 1
}

[ "$(uname -s)" = Linux ] || fail "needs Linux, this is $(uname -s)"
command -v node >/dev/null 2>&1 || fail "Node.js 20 or newer is missing (https://nodejs.org)"
command -v npm >/dev/null 2>&1 || fail "npm is missing (it comes with Node.js)"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || fail "Node.js 20 or newer is needed, this is $(node --version)"

# A program or file that tells that a package is there, and the package.
needed='
runc runc
conmon conmon
nft nftables
ip iproute2
conntrack conntrack
/usr/lib/podman/aardvark-dns aardvark-dns
mmdebstrap mmdebstrap
zstd zstd
xz xz-utils
bzip2 bzip2
git git
busybox busybox-static
tar tar
ps procps
unshare util-linux
flock util-linux
tini tini
ssh-agent openssh-client
/usr/share/containers/seccomp.json golang-github-containers-common
/usr/share/keyrings/debian-archive-keyring.gpg debian-archive-keyring
/etc/ssl/certs/ca-certificates.crt ca-certificates
'
[ "${1:-}" != tests ] || needed="$needed
curl curl
mount mount
docker-registry docker-registry
openssl openssl"

PATH="$PATH:/usr/sbin:/sbin"
export PATH
missing=$(echo "$needed" | while read -r file package; do
  case $file in
  '') continue ;;
  /*) [ -e "$file" ] && continue ;;
  *) command -v "$file" >/dev/null 2>&1 && continue ;;
  esac
  echo "$package"
done | sort -u | tr '\n' ' ')
missing=${missing% }

# Runs a command in silence; only when it fails, the end of what it said is shown.
log=
quietly() {
  log=${log:-$(mktemp)}
  "$@" >"$log" 2>&1 </dev/null
}
trap '[ -z "$log" ] || rm -f "$log"' EXIT

if [ -n "$missing" ]; then
  [ "$(id -u)" = 0 ] || fail "missing packages: $missing (install them as root: apt-get install $missing)"
  command -v apt-get >/dev/null 2>&1 ||
    fail "missing programs, known to Debian as: $missing; there is no apt-get to install them"
  say "installing $missing"
  export DEBIAN_FRONTEND=noninteractive
  install="apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends $missing"
  # shellcheck disable=SC2086
  if ! quietly $install && ! { quietly apt-get -o DPkg::Lock::Timeout=120 update && quietly $install; }; then
    tail -n 20 "$log" >&2
    fail "could not install $missing"
  fi
fi

# Two first starts at once must not install over each other.
mkdir -p dist
exec 9>dist/.setup-lock
flock 9

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say "installing npm packages"
  if ! quietly npm ci --no-audit --no-fund; then
    grep -v 'npm error *$' "$log" | head -n 20 >&2
    fail "npm ci failed"
  fi
  touch node_modules/.package-lock.json
fi

# npm 11 may not run the install script that puts Bun's program in place.
elf=$(printf '\177ELF')
if [ "$(head -c 4 node_modules/bun/bin/bun.exe 2>/dev/null | tr -d '\0')" != "$elf" ]; then
  if ! quietly node node_modules/bun/install.js; then
    tail -n 20 "$log" >&2
    fail "could not put Bun in place"
  fi
fi
