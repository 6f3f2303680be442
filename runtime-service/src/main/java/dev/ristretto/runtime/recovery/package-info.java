// SPDX-License-Identifier: Apache-2.0
/**
 * What a new daemon does before it serves: {@link dev.ristretto.runtime.recovery.Recovery} reads
 * the records, asks the podshims and the kernel, goes on with what lives, ends what is half, and
 * takes away what no record names.
 */
@NullMarked
package dev.ristretto.runtime.recovery;

import org.jspecify.annotations.NullMarked;
