// SPDX-License-Identifier: Apache-2.0
/**
 * What operators see of the daemon itself: {@link dev.ristretto.runtime.observe.CallTimes} counts
 * calls, {@link dev.ristretto.runtime.observe.MetricsListener} serves them and the figures that
 * others give, in Prometheus' text format, and says whether the daemon is healthy. Takes no lock of
 * anybody else.
 */
@NullMarked
package dev.ristretto.runtime.observe;

import org.jspecify.annotations.NullMarked;
