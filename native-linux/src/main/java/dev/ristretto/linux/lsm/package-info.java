// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel's security modules as far as containers are concerned: which of them decide here, what
 * they know, and what is loaded into them. What a container gets is decided elsewhere.
 */
@NullMarked
package dev.ristretto.linux.lsm;

import org.jspecify.annotations.NullMarked;
