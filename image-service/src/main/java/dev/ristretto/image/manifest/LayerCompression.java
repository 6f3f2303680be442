// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.manifest;

import dev.ristretto.fault.RuntimeFault;

/** How a layer's tar is compressed, as its media type says. */
public enum LayerCompression {
    NONE,
    GZIP,
    ZSTD;

    /**
     * The compression of a layer media type, OCI or Docker; also of those called non-distributable
     * or foreign, which many registries serve all the same.
     *
     * @throws RuntimeFault {@code UNSUPPORTED} that names the media type, if it is none we unpack
     */
    public static LayerCompression ofMediaType(String mediaType) {
        return switch (mediaType) {
            case "application/vnd.oci.image.layer.v1.tar",
                    "application/vnd.oci.image.layer.nondistributable.v1.tar",
                    "application/vnd.docker.image.rootfs.diff.tar" ->
                    NONE;
            case "application/vnd.oci.image.layer.v1.tar+gzip",
                    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
                    "application/vnd.docker.image.rootfs.diff.tar.gzip",
                    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" ->
                    GZIP;
            case "application/vnd.oci.image.layer.v1.tar+zstd",
                    "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
                    "application/vnd.docker.image.rootfs.diff.tar.zstd" ->
                    ZSTD;
            default -> throw unknown(mediaType);
        };
    }

    private static RuntimeFault unknown(String mediaType) {
        if (mediaType.endsWith("+encrypted")) {
            return RuntimeFault.unsupported(
                    "layer media type '%s' is encrypted; encrypted images are not supported",
                    mediaType);
        }
        return RuntimeFault.unsupported(
                "layer media type '%s' is not a tar, tar+gzip or tar+zstd of OCI or Docker;"
                        + " this may be an artifact, not an image",
                mediaType);
    }
}
