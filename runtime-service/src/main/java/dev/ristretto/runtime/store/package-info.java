// SPDX-License-Identifier: Apache-2.0
/**
 * What survives the daemon: {@link dev.ristretto.runtime.store.StateLayout} says where everything
 * of a pod is, {@link dev.ristretto.runtime.store.ObjectStore} keeps objects as one JSON file each
 * and answers from memory. A change is on the disk before it can be seen.
 *
 * <p>Readers take no lock. Writers of one object wait for each other; nothing else is locked.
 */
@NullMarked
package dev.ristretto.runtime.store;

import org.jspecify.annotations.NullMarked;
