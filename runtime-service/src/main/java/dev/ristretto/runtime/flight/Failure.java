// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

/**
 * Why something did not come about.
 *
 * @param message what was tried, on what, the answer and what to do
 */
public record Failure(String message) {
    private static final int MAX_LENGTH = 2000;

    public Failure {
        if (message.length() > MAX_LENGTH) {
            message = message.substring(0, MAX_LENGTH) + "…";
        }
    }

    static Failure of(Throwable thrown) {
        var words = thrown.getMessage();
        return new Failure(words == null ? thrown.getClass().getSimpleName() : words);
    }
}
