// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.output;

/** What {@code --output} takes. */
public enum Format {
    TABLE,
    JSON,
    YAML
}
