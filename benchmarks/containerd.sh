#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Starts a private containerd (Debian's containerd and runc) to compare with, and takes it away
# again: everything it has is in one directory, and no other containerd is touched.
#
#   containerd.sh start DIR PAUSE.tar [IMAGE.tar...]   listens on DIR/containerd.sock
#   containerd.sh stop DIR                             ends it, its pods, and deletes DIR
#
# The archives are OCI archives (see 'ristretto-bench images'); the first is the pause image and
# has to be named localhost/pause:1. There is no CNI plugin: pods have to use the host's network.
set -eu

MARKER=.ristretto-containerd

die() {
    echo "containerd.sh: $*" >&2
    exit 1
}

need() {
    command -v "$1" >/dev/null || die "$1 is missing; run 'apt-get install containerd runc'"
}

write_config() {
    cat >"$1/config.toml" <<EOF
version = 2
root = "$1/root"
state = "$1/state"
disabled_plugins = [
    "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
    "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
    "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing",
]
[grpc]
address = "$1/containerd.sock"
[ttrpc]
address = "$1/containerd.sock.ttrpc"
[debug]
address = "$1/debug.sock"
[plugins."io.containerd.internal.v1.opt"]
path = "$1/opt"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "localhost/pause:1"
stream_server_address = "127.0.0.1"
stream_server_port = "0"
# Hosts without CAP_SYS_RESOURCE refuse to lower it.
restrict_oom_score_adj = true
disable_apparmor = true
[plugins."io.containerd.grpc.v1.cri".cni]
conf_dir = "$1/cni"
bin_dir = "$1/cni-bin"
EOF
}

wait_until_it_answers() {
    for _ in $(seq 1 100); do
        if ctr -a "$1/containerd.sock" version >/dev/null 2>&1; then
            return 0
        fi
        kill -0 "$(cat "$1/pid")" 2>/dev/null || break
        sleep 0.1
    done
    tail -n 20 "$1/log" >&2
    die "containerd does not answer; its log is $1/log"
}

start() {
    dir=$1
    shift
    [ "$#" -ge 1 ] || die "the pause image's archive is missing"
    need containerd
    need ctr
    need runc
    case $dir in /*) ;; *) die "$dir is not absolute" ;; esac
    if [ -e "$dir" ] && [ -n "$(ls -A "$dir")" ]; then
        die "$dir is not empty"
    fi
    mkdir -p "$dir/cni" "$dir/cni-bin"
    : >"$dir/$MARKER"
    write_config "$dir"
    containerd --config "$dir/config.toml" >"$dir/log" 2>&1 &
    echo $! >"$dir/pid"
    wait_until_it_answers "$dir"
    for archive in "$@"; do
        ctr -a "$dir/containerd.sock" -n k8s.io images import "$archive" >/dev/null
    done
    echo "unix://$dir/containerd.sock"
}

remove_tasks() {
    for task in $(ctr -a "$1/containerd.sock" -n k8s.io tasks list -q); do
        ctr -a "$1/containerd.sock" -n k8s.io tasks delete -f "$task" >/dev/null 2>&1 || true
    done
    for container in $(ctr -a "$1/containerd.sock" -n k8s.io containers list -q); do
        ctr -a "$1/containerd.sock" -n k8s.io containers delete "$container" >/dev/null 2>&1 || true
    done
}

end_process() {
    kill -TERM "$1" 2>/dev/null || return 0
    for _ in $(seq 1 100); do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$1"
}

stop() {
    dir=$1
    [ -e "$dir/$MARKER" ] || die "$dir was not made by this script"
    if kill -0 "$(cat "$dir/pid")" 2>/dev/null; then
        remove_tasks "$dir"
        end_process "$(cat "$dir/pid")"
    fi
    # What a killed containerd left mounted, innermost first.
    awk -v dir="$dir/" 'index($5, dir) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
        while read -r mount; do
            umount -l "$mount"
        done
    rm -rf "$dir"
}

case ${1:-} in
start)
    [ "$#" -ge 3 ] || die "usage: containerd.sh start DIR PAUSE.tar [IMAGE.tar...]"
    shift
    start "$@"
    ;;
stop)
    [ "$#" -eq 2 ] || die "usage: containerd.sh stop DIR"
    stop "$2"
    ;;
*)
    die "usage: containerd.sh start DIR PAUSE.tar [IMAGE.tar...] | stop DIR"
    ;;
esac
