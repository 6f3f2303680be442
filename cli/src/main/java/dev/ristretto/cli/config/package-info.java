// SPDX-License-Identifier: Apache-2.0
/**
 * Reads pod and container configs as crictl does: JSON or YAML, fields in snake_case or camelCase.
 * A field that the schema has not is refused with the nearest one it has. Entry: {@link
 * dev.ristretto.cli.config.ConfigFile}.
 */
@NullMarked
package dev.ristretto.cli.config;

import org.jspecify.annotations.NullMarked;
