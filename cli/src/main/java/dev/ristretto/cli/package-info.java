// SPDX-License-Identifier: Apache-2.0
/**
 * The command {@code ristretto}: crictl's verbs for any CRI endpoint, and {@code load}, {@code run}
 * and {@code demo}. {@link dev.ristretto.cli.Main} starts it; {@link dev.ristretto.cli.Ristretto}
 * puts the verbs together.
 */
@NullMarked
package dev.ristretto.cli;

import org.jspecify.annotations.NullMarked;
