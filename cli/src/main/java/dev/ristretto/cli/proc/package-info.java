// SPDX-License-Identifier: Apache-2.0
/**
 * Reads /proc: which processes there are and what memory they take. See proc(5). Stateless; a
 * process that ends while it is looked at is left out.
 */
@NullMarked
package dev.ristretto.cli.proc;

import org.jspecify.annotations.NullMarked;
