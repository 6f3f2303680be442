// SPDX-License-Identifier: Apache-2.0
/**
 * Pod sandboxes: one class per RPC, the state machine and the store.
 *
 * <pre>
 *   RunPodSandbox                 StopPodSandbox, podshim gone
 *  ───────────────▶ Creating ──▶ Ready ──────────────────────▶ NotReady ──▶ (removed)
 *                      │ failed, or found by a new daemon                       ▲
 *                      └────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>A sandbox in {@code Creating} is on the disk, so that a killed daemon's successor can take
 * back what was made, but in no List. The record of a sandbox is the last of it to be deleted. RPC
 * classes take the pod's lock ({@link dev.ristretto.runtime.sandbox.PodLocks}); nobody else does.
 * What a sandbox needs of its containers it asks through {@link
 * dev.ristretto.runtime.sandbox.PodContainers}.
 */
@NullMarked
package dev.ristretto.runtime.sandbox;

import org.jspecify.annotations.NullMarked;
