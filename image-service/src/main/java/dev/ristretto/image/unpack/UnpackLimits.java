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
    /** Some hundred thousand directories. */
    private static final long MAX_REMEMBERED = 64L << 20;

    private static final long MAX_IMPLICIT = 4L << 20;

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

    /**
     * What is kept in memory of directories until the end; a stranger decides how long names are.
     */
    static void checkRemembered(long bytes) throws LayerLimitException {
        if (bytes > MAX_REMEMBERED) {
            throw new LayerLimitException(
                    "the names and attributes of its directories take more than %d bytes",
                    MAX_REMEMBERED);
        }
    }

    /** Directories without an entry are remembered as long as the layer is there. */
    static void checkImplicit(long bytes) throws LayerLimitException {
        if (bytes > MAX_IMPLICIT) {
            throw new LayerLimitException(
                    "the names of directories for which it has no entry take more than %d bytes",
                    MAX_IMPLICIT);
        }
    }
}
