// SPDX-License-Identifier: Apache-2.0
/**
 * crictl's verbs, one class each: options, one or two calls, output. {@link
 * dev.ristretto.cli.verb.Verbs} lists them. A verb runs once, on the main thread.
 */
@NullMarked
package dev.ristretto.cli.verb;

import org.jspecify.annotations.NullMarked;
