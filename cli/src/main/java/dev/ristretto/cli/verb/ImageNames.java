// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.output.Human;

import runtime.v1.Image;

import java.util.Comparator;
import java.util.List;

/** A line of the table of images: an image under one of its names. */
record ImageNames(Image image, String repository, String tag, String digest) {
    static final Comparator<ImageNames> BY_NAME =
            Comparator.comparing(ImageNames::repository).thenComparing(ImageNames::tag);

    private static final String NONE = "<none>";

    /** One for each tag; one with {@code <none>} for an image without a tag. */
    static List<ImageNames> of(Image image) {
        var first = image.getRepoDigestsList().stream().findFirst().orElse("");
        int at = first.indexOf('@');
        var repository = at < 0 ? NONE : first.substring(0, at);
        var digest = at < 0 ? NONE : first.substring(at + 1);
        if (image.getRepoTagsCount() == 0) {
            return List.of(new ImageNames(image, repository, NONE, digest));
        }
        return image.getRepoTagsList().stream().map(tag -> tagged(image, tag, digest)).toList();
    }

    private static ImageNames tagged(Image image, String reference, String digest) {
        // A colon before the last slash belongs to a registry's port.
        int colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
        return colon < 0
                ? new ImageNames(image, reference, NONE, digest)
                : new ImageNames(
                        image,
                        reference.substring(0, colon),
                        reference.substring(colon + 1),
                        digest);
    }

    String size() {
        return Human.size(image.getSize(), 3);
    }
}
