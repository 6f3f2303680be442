// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.flight.Subject;
import dev.ristretto.runtime.sandbox.Sandbox;

/** Pods and containers as subjects of the flight recorder. */
public final class Subjects {
    private Subjects() {}

    /** A pod sandbox. */
    public static Subject of(Sandbox sandbox) {
        return Subject.pod(sandbox.id().value(), sandbox.config().metadata().podName());
    }

    /** An image, however a client called it. */
    public static Subject ofImage(String name) {
        try {
            return Subject.image(ImageReference.parse(name).toString());
        } catch (RuntimeFault e) {
            return Subject.image(name); // an id, or nothing that could be pulled
        }
    }

    /** A container. */
    public static Subject of(Container container) {
        return Subject.container(
                container.id().value(),
                container.config().metadata().name(),
                container.podSandboxId().value());
    }
}
