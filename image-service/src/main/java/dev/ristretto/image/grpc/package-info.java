// SPDX-License-Identifier: Apache-2.0
/**
 * The CRI's ImageService and our RistrettoService on gRPC. The only package here that knows proto
 * messages: {@link dev.ristretto.image.grpc.ImageMapper} turns them into records and back.
 *
 * <p>Calls run on virtual threads and block. A {@link dev.ristretto.fault.RuntimeFault} leaves the
 * method as it is; the daemon's interceptor makes the status of it.
 */
@NullMarked
package dev.ristretto.image.grpc;

import org.jspecify.annotations.NullMarked;
