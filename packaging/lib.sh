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

# start_private_daemon NAME NUMBER [LAUNCHER]: a daemon whose socket, directories, bridge, subnet and cgroup are nobody
# else's. Sets `daemon`, `run_dir` and `work_dir`; its log is ristrettod.log in that. Whoever calls it ends it.
start_private_daemon() {
    run_dir=$(mktemp -d "/run/r$1.XXXXXX")
    work_dir=$(mktemp -d "/var/tmp/r$1.XXXXXX")
    cat >"$work_dir/config.yaml" <<END
socket: "$run_dir/ristretto.sock"
runDir: "$run_dir"
stateDir: "$work_dir/state"
podshim: "$PODSHIM_DIR/build/podshim"
cgroupParent: "/ristretto-$1"
network:
  bridge: "r${1}0"
  ipv4Subnet: "10.$2.0.0/16"
  ipv6Subnet: "fd$2:7269:7374::/64"
END
    "${3:-packaging/bin/ristrettod}" --config "$work_dir/config.yaml" >"$work_dir/ristrettod.log" 2>&1 &
    daemon=$!
    patience=600
    until grep -q '^ristrettod: serving' "$work_dir/ristrettod.log"; do
        kill -0 "$daemon" 2>/dev/null && [ "$patience" -gt 0 ] || {
            cat "$work_dir/ristrettod.log" >&2
            die "the daemon did not start; its log is above"
        }
        sleep 0.1
        patience=$((patience - 1))
    done
}

# end_private_daemon: stops it; what it left is removed, but no pods.
end_private_daemon() {
    if [ -n "${daemon:-}" ] && kill -TERM "$daemon" 2>/dev/null; then wait "$daemon" || true; fi
    daemon=
    if [ -n "$(ls -A "${run_dir:?}/pods" 2>/dev/null)" ]; then
        die "pods are left in $run_dir/pods; the daemon's log: $work_dir/ristrettod.log"
    fi
    rm -rf "$run_dir" "${work_dir:?}"
}
