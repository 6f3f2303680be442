// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

/**
 * How much a stranger's layer may cost: a few kilobytes of gzip can hold terabytes of zeros, and
 * millions of empty files.
 *
 * @param maxLayerBytes of the uncompressed tar
 * @param maxLayerEntries files, directories, links and devices
 */
public record UnpackLimits(long maxLayerBytes, long maxLayerEntries) {
    /** For archives whose parts are measured one by one. */
    public static final UnpackLimits NONE = new UnpackLimits(Long.MAX_VALUE, Long.MAX_VALUE);

    void checkBytes(long bytes) throws LayerLimitException {
        if (bytes > maxLayerBytes) {
            throw new LayerLimitException(
                    "it holds more than %d bytes; raise image.maxLayerBytes if the image is to be"
                            + " trusted",
                    maxLayerBytes);
        }
    }

    void checkEntries(long entries) throws LayerLimitException {
        if (entries > maxLayerEntries) {
            throw new LayerLimitException(
                    "it holds more than %d entries; raise image.maxLayerEntries if the image is to"
                            + " be trusted",
                    maxLayerEntries);
        }
    }
}
