// SPDX-License-Identifier: Apache-2.0
/**
 * Work inside another namespace. setns(2) and unshare(2) change one thread, and a thread that has
 * been changed must never serve anybody else: {@link dev.ristretto.linux.namespace.NamespaceThread}
 * makes a platform thread for one piece of work and lets it end. May be called from any thread,
 * virtual ones too. {@link dev.ristretto.linux.namespace.IdMap} says who is who in a user
 * namespace.
 */
@NullMarked
package dev.ristretto.linux.namespace;

import org.jspecify.annotations.NullMarked;
