// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import java.util.OptionalLong;

/**
 * What the processes of a container have open.
 *
 * @param openFilesLimit soft limit of the first process, if it has one
 */
record ProcessFigures(long fileDescriptors, long sockets, OptionalLong openFilesLimit) {}
