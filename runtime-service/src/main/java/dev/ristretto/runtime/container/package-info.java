// SPDX-License-Identifier: Apache-2.0
/**
 * Containers: one class per RPC, the state machine and the store.
 *
 * <pre>
 *  CreateContainer            StartContainer           the process ends
 *  ──────────────▶ Created ──────────────▶ Running ──────────────────▶ Exited ──▶ (removed)
 *                     │ start failed, or it ended before that was told   ▲
 *                     └──────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>One that was created stays so when its pod is stopped; it cannot be started any more.
 *
 * <p>RPC classes take the pod's lock; {@link dev.ristretto.runtime.container.ContainerExits}, which
 * hears of ends from the podshims, does not: it changes one container at a time through the store.
 */
@NullMarked
package dev.ristretto.runtime.container;

import org.jspecify.annotations.NullMarked;
