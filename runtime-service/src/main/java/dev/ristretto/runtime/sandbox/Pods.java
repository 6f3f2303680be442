// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

/** What all that act on pods share: who there is, who owns which name, who may act now. */
public record Pods(SandboxStore sandboxes, SandboxNames names, PodLocks locks) {}
