# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# What the scripts of packaging/ and .ci/ share. Sourced, from the top of the checkout or with `top` set.

top=${top:-$(pwd)}
MINIMUM_JDK=25
MAVEN_VERSION=3.9.11
PODSHIM_DIR=$top/native-linux/src/main/c/podshim

say() { printf '%s\n' "$*"; }
step() { printf '==> %s\n' "$*"; }
warn() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() {
    warn "$@"
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" -eq 0 ]; }

# jdk_major HOME: its major version, if it is a JDK.
jdk_major() {
    [ -x "$1/bin/javac" ] || return 1
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

# find_jdk: the home of a JDK that is new enough; the default `java` may be older.
find_jdk() {
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
        [ -n "$home" ] || continue
        major=$(jdk_major "$home") || continue
        if [ -n "$major" ] && [ "$major" -ge "$MINIMUM_JDK" ]; then
            printf '%s\n' "$home"
            return 0
        fi
    done
    return 1
}

# pinned_maven: where ./mvnw keeps the release it pins.
pinned_maven() { printf '%s\n' "${MAVEN_USER_HOME:-$HOME/.m2}/wrapper/dists/apache-maven-$MAVEN_VERSION"; }

# find_go: a Go that can build this module or fetch the toolchain that can (1.21 and newer).
find_go() {
    for go in "${GO:-}" "$(command -v go 2>/dev/null)" /usr/local/go/bin/go /usr/lib/go-*/bin/go; do
        [ -n "$go" ] && [ -x "$go" ] || continue
        minor=$(GOTOOLCHAIN=local "$go" env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
        if [ "${minor:-0}" -ge 21 ]; then
            printf '%s\n' "$go"
            return 0
        fi
    done
    return 1
}

cache_dir() { printf '%s\n' "${XDG_CACHE_HOME:-$HOME/.cache}/ristretto"; }

# debian_root PACKAGE: where setup unpacked a package that is used but not installed.
debian_root() { printf '%s/debian/%s\n' "$(cache_dir)" "$1"; }

# maven ARGUMENTS: without the network if a build with these poms and goals went through before. MAVEN_VERBOSE=1 shows
# what Maven does, not only what goes wrong.
maven() {
    resolved=${MAVEN_USER_HOME:-$HOME/.m2}/ristretto/resolved-$({
        cat "$top"/pom.xml "$top"/*/pom.xml
        for word in "$@"; do
            case $word in -*) ;; *) printf '%s\n' "$word" ;; esac
        done
    } | sha256sum | cut -c1-16)
    if [ -n "${MAVEN_VERBOSE:-}" ]; then set -- -V "$@"; else set -- -q "$@"; fi
    [ ! -e "$resolved" ] || set -- -o "$@"
    "$top/mvnw" -f "$top/pom.xml" -B -ntp "$@" || return
    mkdir -p "${resolved%/*}" && : >"$resolved"
}

# give_back: build output made under sudo belongs to who called it, so that `make` without sudo works after.
give_back() {
    [ -n "${SUDO_UID:-}" ] && is_root || return 0
    for made in "$top"/target "$top"/*/target "$PODSHIM_DIR/build"; do
        [ ! -e "$made" ] || chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$made"
    done
}
