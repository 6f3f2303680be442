// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

import java.util.Locale;

/**
 * What something was done for.
 *
 * @param id empty for what never came to be, and for images
 * @param name {@code namespace/name} of a pod, {@code name} of a container, an image's reference
 * @param podSandboxId the pod of a container; empty for others
 */
public record Subject(Kind kind, String id, String name, String podSandboxId) {
    private static final int SHORT_ID = 13;

    /** The kinds of subjects. */
    public enum Kind {
        POD,
        CONTAINER,
        IMAGE
    }

    /** A pod sandbox. */
    public static Subject pod(String id, String name) {
        return new Subject(Kind.POD, id, name, "");
    }

    /** A container. */
    public static Subject container(String id, String name, String podSandboxId) {
        return new Subject(Kind.CONTAINER, id, name, podSandboxId);
    }

    /** An image, as a client called it. */
    public static Subject image(String reference) {
        return new Subject(Kind.IMAGE, "", reference, "");
    }

    /** The same, once it has come to be. */
    public Subject withId(String given) {
        return new Subject(kind, given, name, podSandboxId);
    }

    /** {@code container web (4f0c2117…)}, for messages. */
    public String described() {
        var shown = kind.name().toLowerCase(Locale.ROOT) + " " + name;
        return id.isEmpty() ? shown : "%s (%s)".formatted(shown, shortId());
    }

    /** The beginning of its id, as lists show it. */
    public String shortId() {
        return id.length() > SHORT_ID ? id.substring(0, SHORT_ID) : id;
    }

    /** What is one flight: all that was done under this key. */
    String key() {
        return id.isEmpty() ? "%s/%s/%s".formatted(kind, podSandboxId, name) : id;
    }
}
