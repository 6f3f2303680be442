// SPDX-License-Identifier: Apache-2.0
/**
 * Files on disk that all modules treat alike: {@link dev.ristretto.file.DurableFile} replaces a
 * file atomically, {@link dev.ristretto.file.DeleteTree} deletes what a stranger has filled, {@link
 * dev.ristretto.file.DiskUsage} counts it. Depends on system calls only; safe from any thread.
 */
@NullMarked
package dev.ristretto.file;

import org.jspecify.annotations.NullMarked;
