#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds, of Debian's source package, the busybox that critest's images need, and links it as DIRECTORY/busybox (default:
# conformance/target/tools). Debian's own busybox-static cannot serve: its shell runs applets without looking at the file
# system (so that a masked /bin/ls still lists), and it lacks pgrep and ipcs. Built once; the network is asked only then.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
. "$top/packaging/lib.sh"

out=${1:-$top/conformance/target/tools}
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
kept=$(cache_dir)/busybox-$release-$(sha256sum <"$here/busybox.sh" | cut -c1-12)
log=$(mktemp)
work=
trap 'rm -rf "$log" ${work:+"$work"}' EXIT

quietly() { "$@" </dev/null >"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    return 1
}; }

# The system's own list of sources is left as it is: it seldom names source packages.
source_package() {
    mkdir -p "$work/lists/partial"
    printf 'deb-src http://deb.debian.org/debian %s main\n' "$release" >"$work/sources.list"
    set -- -q -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$work/lists" -o APT::Sandbox::User=root
    (cd "$work" && quietly apt-get "$@" update && quietly apt-get "$@" source --download-only busybox)
}

# setting NAME VALUE: one line of busybox's configuration.
setting() {
    sed -i "/^CONFIG_$1=/d; /^# CONFIG_$1 is/d" .config
    if [ "$2" = n ]; then say "# CONFIG_$1 is not set"; else say "CONFIG_$1=$2"; fi >>.config
}

build() {
    for tool in apt-get gcc make tar bzip2; do
        have "$tool" || die "$tool is needed to build busybox for critest's images once"
    done
    [ -n "$release" ] || die "/etc/os-release names no release of Debian"
    step "building busybox of Debian's source package (once)"
    mkdir -p "$(dirname "$kept")"
    work=$(mktemp -d "$kept.XXXXXX")
    source_package || die "Debian's source package busybox cannot be had"
    mkdir "$work/source"
    tar -xf "$work"/busybox_*.orig.tar.* -C "$work/source" --strip-components=1
    cd "$work/source"
    quietly make defconfig || die "busybox cannot be configured"
    setting STATIC y
    setting FEATURE_SH_STANDALONE n
    setting FEATURE_PREFER_APPLETS n
    setting FEATURE_SH_NOFORK n
    # Needs a header that newer kernels do not have any more.
    setting TC n
    quietly make -s busybox || die "busybox cannot be built"
    mkdir "$work/out"
    mv busybox "$work/out/busybox"
    cd "$top"
    chmod 755 "$work/out"
    mv -T "$work/out" "$kept"
}

[ -d "$kept" ] || build
mkdir -p "$out"
ln -sf "$kept/busybox" "$out/busybox"
