// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.critest;

/**
 * What became of one spec.
 *
 * @param area the outermost container of the suite, such as {@code Image Manager}
 * @param name all texts of the spec in a row, which {@code -ginkgo.focus} finds
 * @param reason why it failed or was skipped, one line; empty if it passed
 */
record Spec(String area, String name, Outcome outcome, String reason, double seconds) {
    enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }
}
