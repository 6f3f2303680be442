// SPDX-License-Identifier: Apache-2.0
/**
 * Descriptors as objects that are closed once: {@link dev.ristretto.linux.fd.Fd} and, for a
 * process, {@link dev.ristretto.linux.fd.Pidfd}. Use them in try-with-resources. Closing is safe
 * from any thread and may be repeated; using one while another thread closes it is the caller's
 * fault, because the number may already mean another file.
 */
@NullMarked
package dev.ristretto.linux.fd;

import org.jspecify.annotations.NullMarked;
