// SPDX-License-Identifier: Apache-2.0
/**
 * Decides what pods, containers and exec'd processes are given: domain records become programs of
 * {@link dev.ristretto.runtime.shim.ShimOp}. Pure: nothing here looks at the host; what must be
 * looked at comes in as records ({@link dev.ristretto.runtime.plan.ContainerInput}). Entry classes
 * are {@link dev.ristretto.runtime.plan.SandboxPlan}, {@link
 * dev.ristretto.runtime.plan.ContainerPlan}, {@link dev.ristretto.runtime.plan.ExecPlan} and {@link
 * dev.ristretto.runtime.plan.ProcessPlan}. Safe from any thread.
 *
 * <p>A container's program has two halves. Until {@code Clone} it runs in the host's mount
 * namespace and turns host paths into detached mounts, held in slots; after it, the container's
 * init joins the pod's tiny mount namespace, takes a copy of it, makes the overlay its root and
 * attaches the rest inside: a host path is never looked up from within the container, and a path of
 * the container never outside of its root.
 */
@NullMarked
package dev.ristretto.runtime.plan;

import org.jspecify.annotations.NullMarked;
