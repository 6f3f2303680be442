// SPDX-License-Identifier: Apache-2.0
/**
 * From a layer's bytes to a directory of files, in one pass: {@link
 * dev.ristretto.image.unpack.LayerUnpack}. {@code TarInput} (buffer, hash, limit) is below {@link
 * dev.ristretto.image.unpack.TarReader}, that is below {@code LayerWriter}, which makes files
 * through {@code LayerTree}, the one that never leaves the root.
 *
 * <p>All content is a stranger's. What is wrong with it is a {@link
 * dev.ristretto.image.unpack.BadLayerException} that names the entry; what the kernel refuses stays
 * a {@link dev.ristretto.linux.syscall.SyscallException}. Nothing here is shared between threads.
 */
@NullMarked
package dev.ristretto.image.unpack;

import org.jspecify.annotations.NullMarked;
