// SPDX-License-Identifier: Apache-2.0
/**
 * Traces of RPCs over OTLP: {@link dev.ristretto.runtime.trace.Tracing} decides which are traced
 * and takes those that ended, {@link dev.ristretto.runtime.trace.SpanExport} sends them from a
 * thread of its own. Spans are made of what the flight recorder noted; nothing is noted for them.
 * The only package that knows OpenTelemetry. No RPC waits for it.
 */
@NullMarked
package dev.ristretto.runtime.trace;

import org.jspecify.annotations.NullMarked;
