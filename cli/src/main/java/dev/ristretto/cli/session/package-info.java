// SPDX-License-Identifier: Apache-2.0
/**
 * What a verb needs from outside: the connection to a CRI endpoint, the terminal, the clock, and
 * how failures are told. {@link dev.ristretto.cli.session.Session} is the entry; one per process,
 * handed to each verb by its constructor.
 */
@NullMarked
package dev.ristretto.cli.session;

import org.jspecify.annotations.NullMarked;
