// SPDX-License-Identifier: Apache-2.0
/**
 * Reads container logs in the CRI's format, where the kubelet reads them: from the file that
 * ContainerStatus names. {@link dev.ristretto.cli.log.LogReader} is the entry: it feeds {@link
 * dev.ristretto.cli.log.LogPrinter} and knows about rotation; it polls nothing but the container's
 * state. One thread at a time.
 */
@NullMarked
package dev.ristretto.cli.log;

import org.jspecify.annotations.NullMarked;
