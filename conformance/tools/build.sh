#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds crictl, critest and crictl's own tests (crictl-e2e) of Kubernetes SIG Node, at the version go.mod pins, and
# remotecommand (the client library of kubectl as a program) into DIRECTORY (default: conformance/target/tools). Does
# nothing if they are there and up to date. The first build asks the Go module proxy; go.sum holds what it may answer.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
. "$top/packaging/lib.sh"

out=${1:-$top/conformance/target/tools}
version=$(sed -n 's|^require sigs.k8s.io/cri-tools \(v[^ ]*\).*|\1|p;s|^\tsigs.k8s.io/cri-tools \(v[^ ]*\).*|\1|p' "$here/go.mod")
[ -n "$version" ] || die "conformance/tools/go.mod names no version of sigs.k8s.io/cri-tools"

kept=$(cache_dir)/tools-$version-$(cat "$here/go.mod" "$here/build.sh" "$here"/remotecommand/*.go | sha256sum | cut -c1-12)
build() {
    go=$(find_go) || die "no Go 1.21 or newer in PATH, /usr/local/go or /usr/lib/go-*; it is needed to build crictl, its tests, critest and remotecommand once"
    step "building crictl, its tests, critest and remotecommand $version (once; minutes on a small machine)"
    mkdir -p "$(dirname "$kept")"
    part=$(mktemp -d "$kept.XXXXXX")
    export CGO_ENABLED=0 GOFLAGS='-mod=readonly -trimpath' GOTOOLCHAIN=auto
    symbols="-s -w -X sigs.k8s.io/cri-tools/pkg/version.Version=$version"
    if (cd "$here" &&
        "$go" build -ldflags "$symbols" -o "$part/crictl" sigs.k8s.io/cri-tools/cmd/crictl &&
        "$go" test -c -ldflags "$symbols" -o "$part/critest" sigs.k8s.io/cri-tools/cmd/critest &&
        "$go" test -c -ldflags "$symbols" -o "$part/crictl-e2e" sigs.k8s.io/cri-tools/test/e2e &&
        "$go" build -ldflags '-s -w' -o "$part/remotecommand" ./remotecommand); then
        chmod 755 "$part"
        mv -T "$part" "$kept"
    else
        rm -rf "$part"
        die "crictl, its tests and critest $version could not be built"
    fi
}

[ -d "$kept" ] || build
mkdir -p "$out"
for tool in "$kept"/*; do
    ln -sf "$tool" "$out/${tool##*/}"
done
