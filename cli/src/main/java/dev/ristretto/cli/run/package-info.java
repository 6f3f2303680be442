// SPDX-License-Identifier: Apache-2.0
/**
 * {@code ristretto run}: a pod with one container and its log, in one command. {@link
 * dev.ristretto.cli.run.RunPlan} decides, without any call, what is asked of the runtime; {@link
 * dev.ristretto.cli.run.OnePod} asks for it and takes it away again.
 */
@NullMarked
package dev.ristretto.cli.run;

import org.jspecify.annotations.NullMarked;
