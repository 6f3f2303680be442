# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the lanes share. A lane is a file in .ci/lanes: it runs from the top of the checkout, says on standard output what
# happens, and ends with one of the functions below. See CONTRIBUTING.md for how to add one.

top=${top:-$(pwd)}
. "$top/packaging/lib.sh"

LANES=$top/target/lanes
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
