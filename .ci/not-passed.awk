# SPDX-License-Identifier: Apache-2.0
# Names the test cases of surefire's XML reports that failed or were skipped, with the first line of the reason.
function value(text, name,    at, rest) {
    at = index(text, " " name "=\"")
    if (at == 0) return ""
    rest = substr(text, at + length(name) + 3)
    return substr(rest, 1, index(rest, "\"") - 1)
}
/<testcase / { test = value($0, "classname") "." value($0, "name") }
/<(failure|error|skipped)[ >\/]/ {
    kind = $0
    sub(/^[^<]*(<testcase [^>]*>)?[^<]*</, "", kind)
    sub(/[ >\/].*/, "", kind)
    reason = value($0, "message")
    gsub(/&#10;.*/, "", reason)
    gsub(/&lt;/, "<", reason); gsub(/&gt;/, ">", reason); gsub(/&quot;/, "\"", reason); gsub(/&amp;/, "\\&", reason)
    printf "  %-8s%s%s\n", kind, test, (reason == "" ? "" : ": " substr(reason, 1, 300))
}
