// SPDX-License-Identifier: Apache-2.0
/**
 * The edge: protocol buffers become domain records here and failures become statuses ({@link
 * dev.ristretto.runtime.grpc.ErrorInterceptor}). The only package of this module that imports
 * {@code runtime.v1}. Each call runs on a virtual thread of its own.
 */
@NullMarked
package dev.ristretto.runtime.grpc;

import org.jspecify.annotations.NullMarked;
