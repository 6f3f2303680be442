// SPDX-License-Identifier: Apache-2.0
/**
 * What became of a pod or a container, and why: {@link dev.ristretto.runtime.explain.Explain} finds
 * what somebody means, puts together what the flight recorder, the stores and the logs know, and
 * names the cause of what failed. {@link dev.ristretto.runtime.explain.EndRecorder} writes down how
 * containers end. Reads only; no lock is taken.
 */
@NullMarked
package dev.ristretto.runtime.explain;

import org.jspecify.annotations.NullMarked;
