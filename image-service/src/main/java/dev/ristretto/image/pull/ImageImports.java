// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.pull;

/** The way into the stores, for what brings images. Implemented over them; safe from any thread. */
public interface ImageImports {
    /** Begins to bring an image; close it whatever happens. */
    ImageImport begin();
}
