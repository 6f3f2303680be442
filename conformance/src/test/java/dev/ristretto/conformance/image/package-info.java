// SPDX-License-Identifier: Apache-2.0
/**
 * Images that the suites run, made from Debian's packages by our own code: no binary is committed.
 * {@link dev.ristretto.conformance.image.TestImages} makes them as OCI archives.
 */
@NullMarked
package dev.ristretto.conformance.image;

import org.jspecify.annotations.NullMarked;
