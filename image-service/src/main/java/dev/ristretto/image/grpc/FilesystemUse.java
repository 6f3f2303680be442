// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.grpc;

import java.nio.file.Path;

/**
 * What a directory tree of ours takes.
 *
 * @param directory tells the kubelet which file system to look at
 */
public record FilesystemUse(Path directory, long bytes, long inodes) {}
