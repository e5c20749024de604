#!/bin/sh
# Aegis, portable form: this header, then a compressed archive of Deno and the program. The first start unpacks it
# into the user's cache directory; every start checks what lies there and becomes it, so that signals and the exit
# code are the program's own.
set -eu
mask=$(umask)
umask 077

content=@CONTENT@
skip=@SKIP@
bytes=@BYTES@

fail() {
  printf 'aegis: %s\n' "$1" >&2
  exit 3
}

# systemd names CACHE_DIRECTORY; root without a home has /var/cache.
cache=${CACHE_DIRECTORY:-${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}}
if [ -z "$cache" ] || [ "$cache" = /.cache ]; then cache=/var/cache; fi
base=$cache/aegis
program=$base/$content

# Nobody else may have made or may change what is run: a directory (no link) of this user, with mode 0700.
own() {
  [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ] && case $(ls -ld "$1") in drwx------*) true ;; *) false ;; esac
}

# Every file as it was built.
whole() {
  (cd "$1" && sha256sum -c --status -) <<SUMS
@SUMS@
SUMS
}

if ! own "$program" || ! whole "$program" 2>/dev/null; then
  mkdir -p "$base" 2>/dev/null || fail "cannot make $base: name a writable directory in XDG_CACHE_HOME"
  chmod 700 "$base" 2>/dev/null || :
  own "$base" || fail "$base belongs to another user or is a link: remove it, or name another place in XDG_CACHE_HOME"
  fresh=$(mktemp -d "$base/.new.XXXXXX") || fail "cannot write to $base: name a writable directory in XDG_CACHE_HOME"
  trap 'rm -rf "$fresh"' EXIT
  trap 'exit 1' HUP INT TERM
  tail -c "+$((skip + 1))" "$0" | head -c "$bytes" | tar -xzf - -C "$fresh" 2>/dev/null ||
    fail "cannot unpack into $base: is there space for 150 MB, and is this file whole?"
  whole "$fresh" || fail "this file is damaged: fetch it again"
  # What is there and not whole goes away; another start that was faster has made the same.
  if [ -e "$program" ] && ! { own "$program" && whole "$program" 2>/dev/null; }; then rm -rf "$program"; fi
  mv -T "$fresh" "$program" 2>/dev/null || { own "$program" && whole "$program"; } || fail "cannot write to $base"
  rm -rf "$fresh"
  trap - EXIT HUP INT TERM
fi

[ -x "$program/deno" ] || fail "$base does not let programs run (noexec): name another place in XDG_CACHE_HOME"
unset DENO_V8_FLAGS
umask "$mask"
# Few malloc arenas: what the threads' starts freed is used again instead of kept apart for each.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
# What is large goes back to the system when it is freed; by itself malloc would soon keep all of it.
export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-1048576}"
DENO_DIR=$base/deno DENO_NO_UPDATE_CHECK=1 exec "$program/deno" run --allow-all --no-prompt --no-config --no-lock \
  --no-npm --no-remote --cached-only @FLAGS@ "$program/main.js" "$@"
