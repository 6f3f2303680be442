# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the lanes share. A lane is a file in .ci/lanes: it runs from the top of the checkout, says on standard output what
# happens, and ends with one of the functions below. See CONTRIBUTING.md for how to add one.

top=${top:-$(pwd)}
. "$top/packaging/lib.sh"

LANES=${LANES_RESULTS:-$top/target/lanes}
UNABLE=77

# counted PASSED FAILED SKIPPED: the lane's result; ends it.
counted() {
    printf '%d %d %d\n' "$1" "$2" "$3" >"$LANES/${lane:?}.count"
    [ "$2" -eq 0 ] || exit 1
    exit 0
}

# unable REASON: this machine cannot run the lane; ends it. Counts as skipped, never as passed.
unable() {
    say "SKIPPED: $*"
    printf '0 0 1\n' >"$LANES/${lane:?}.count"
    printf '%s\n' "$*" >"$LANES/${lane:?}.skipped"
    exit $UNABLE
}

need_root() { is_root || unable "needs root; run it with sudo"; }

# surefire REPORTS EXIT: counts the test cases in the reports that Maven left, and tells which failed or were skipped.
surefire() {
    local reports=$1 status=$2 total=0 failed=0 skipped=0 file suite n
    while IFS= read -r -d '' file; do
        suite=$(grep -o -m1 '<testsuite [^>]*>' "$file") || continue
        n=$(attribute tests "$suite") && total=$((total + n))
        n=$(attribute failures "$suite") && failed=$((failed + n))
        n=$(attribute errors "$suite") && failed=$((failed + n))
        n=$(attribute skipped "$suite") && skipped=$((skipped + n))
    done < <(find . -path "*/target/$reports/TEST-*.xml" -print0)
    if [ "$failed" -gt 0 ] || [ "$skipped" -gt 0 ]; then
        say "not passed:"
        find . -path "*/target/$reports/TEST-*.xml" -print0 | xargs -0r awk -f .ci/not-passed.awk
    fi
    # A build that broke before or beside its tests is a failure too, and no test at all is not a pass.
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        say "the build failed (exit $status)"
        failed=1
        total=$((total + 1))
    elif [ "$total" -eq 0 ]; then
        say "no test ran"
        failed=1
        total=1
    fi
    counted $((total - failed - skipped)) "$failed" "$skipped"
}

attribute() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$2"; }

# fresh_reports NAME: no result of an earlier run is counted.
fresh_reports() { find . -type d -path "*/target/$1" -prune -exec rm -rf {} +; }

# need_images: what making and serving the images of the suites needs.
need_images() {
    local answer tool
    answer=$(conformance/tools/build.sh 2>&1) || unable "$answer"
    [ -x "$(command -v docker-registry || echo "$(debian_root docker-registry)/usr/bin/docker-registry")" ] ||
        unable "Debian's docker-registry is neither installed nor unpacked; run 'sudo make setup' with a network"
    [ -x /usr/sbin/nginx ] || [ -x "$(debian_root nginx)/usr/sbin/nginx" ] ||
        unable "Debian's nginx is neither installed nor unpacked; run 'sudo make setup' with a network"
    for tool in skopeo umoci curl jq musl-gcc; do
        have "$tool" || unable "$tool is not installed; run 'sudo make setup' with a network"
    done
}

# built: everything that a daemon under test is made of.
built() {
    make -s build || {
        say "the build failed"
        counted 0 1 0
    }
}

# suite NAME CLASS: runs a suite of Kubernetes SIG Node against a daemon of its own and counts its specs; see
# docs/conformance.md. NAME_FOCUS, NAME_RAISE (NAME in capitals) choose specs and raise the floor.
suite() {
    local name=$1 class=$2 status answer passed failed skipped broken reports focus raise fault
    answer=$(conformance/tools/busybox.sh 2>&1) || unable "$answer"
    built
    reports=${SUITE_REPORTS:-conformance/target/$name}
    rm -rf "$top/${reports:?}"
    fresh_reports "$name-reports"
    focus=${name^^}_FOCUS raise=${name^^}_RAISE fault=${name^^}_BREAK
    MAVEN_VERBOSE=1 maven test -pl conformance -am -Dtest="$class" -Dsurefire.failIfNoSpecifiedTests=false \
        -Dtest.groups=root -Dtest.excludedGroups= -Dtest.reports="$name-reports" -D"$name.reports=$reports" \
        -D"$name.focus=${!focus:-}" -D"$name.raise=${!raise:+true}" -D"$name.break=${!fault:-}"
    status=$?
    [ -e "$reports/counts" ] || surefire "$name-reports" "$status"

    say "not passed:"
    cat "$reports/report.txt"
    read -r passed failed skipped broken <"$reports/counts"
    say
    say "$name: $passed passed, $failed failed, $skipped skipped; $broken of those that passed before did not"
    say "reports: $reports, log of the daemon: conformance/target/e2e"
    cp "$reports/table.txt" "$LANES/${lane:?}.table"
    # Of what failed, only what is below the floor fails the lane; the rest is what the daemon cannot do yet.
    [ "$status" -eq 0 ] || [ "$broken" -gt 0 ] || broken=1
    counted "$passed" "$broken" $((failed > broken ? skipped + failed - broken : skipped))
}
