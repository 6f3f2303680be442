// SPDX-License-Identifier: Apache-2.0
/**
 * Makes images without a registry: {@link dev.ristretto.cli.image.OciArchiveBuilder} writes an OCI
 * archive or an OCI image layout from entries of layers; {@link
 * dev.ristretto.cli.image.BusyboxImage} makes a small one of the host's static busybox.
 *
 * <p>Also for tests and benchmarks of other modules. Same input, same bytes: times are fixed unless
 * given. Nothing here is shared between threads.
 */
@NullMarked
package dev.ristretto.cli.image;

import org.jspecify.annotations.NullMarked;
