// SPDX-License-Identifier: Apache-2.0
/**
 * Files on disk that all modules treat alike: {@link dev.ristretto.file.DurableFile} replaces a
 * file atomically. Depends on nothing; safe from any thread.
 */
@NullMarked
package dev.ristretto.file;

import org.jspecify.annotations.NullMarked;
