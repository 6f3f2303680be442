// SPDX-License-Identifier: Apache-2.0
/**
 * Measures any CRI endpoint as its client sees it: latency of each call over one connection,
 * throughput and memory of many pods; two endpoints in turn, when one is to be compared with the
 * other. {@link dev.ristretto.bench.BenchCommand} is the entry. Nothing here depends on whose
 * endpoint it is, except the names by which {@link dev.ristretto.bench.RuntimeProcesses} finds what
 * runtimes leave running beside a pod.
 *
 * <p>Latency is measured on one thread; {@link dev.ristretto.bench.Density} uses virtual threads.
 */
@NullMarked
package dev.ristretto.bench;

import org.jspecify.annotations.NullMarked;
