// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;

/**
 * {@code Mount.image} and {@code Mount.image_sub_path}: the files of an image as a mount's source.
 *
 * @param image an id or a reference of an image that is here
 * @param userSpecifiedImage what the user wrote, for the status; may be empty
 * @param subPath of the image, resolved inside of it; empty for all of it
 */
public record ImageMount(String image, String userSpecifiedImage, String subPath) {
    public ImageMount {
        if (subPath.indexOf(0) >= 0) {
            throw RuntimeFault.invalidArgument(
                    "mounts.image_sub_path '%s' has a NUL", subPath.replace("\0", "\\0"));
        }
    }
}
