// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.run;

import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;

import runtime.v1.ImageSpec;
import runtime.v1.ImageStatusRequest;
import runtime.v1.PullImageRequest;

import java.io.PrintStream;

/** When {@code run} pulls. */
enum PullPolicy {
    ALWAYS,
    MISSING,
    NEVER;

    void apply(Connection connection, String image, PrintStream progress) {
        var spec = ImageSpec.newBuilder().setImage(image).build();
        boolean present =
                connection
                        .images()
                        .imageStatus(ImageStatusRequest.newBuilder().setImage(spec).build())
                        .hasImage();
        if (this == NEVER && !present) {
            throw CommandFailure.of(
                    "image '%s' is not here; pull it, load it, or leave out --pull never", image);
        }
        if (this == ALWAYS || this == MISSING && !present) {
            progress.println("Pulling " + image);
            var request = PullImageRequest.newBuilder().setImage(spec).build();
            connection.patientImages().pullImage(request);
        }
    }
}
