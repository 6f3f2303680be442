// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.fault.RuntimeFault.CriName;
import dev.ristretto.image.reference.ImageReference;

import java.util.List;
import java.util.stream.Collectors;

/** Turns what the endpoints answered into the one fault that the kubelet shows. */
final class RegistryFaults {
    private RegistryFaults() {}

    /**
     * Every endpoint tried is listed; the last one, the registry itself, decides the kind.
     *
     * @param failures in the order of trying, at least one
     */
    static RuntimeFault of(ImageReference reference, List<EndpointFailure> failures) {
        var answers =
                failures.stream().map(EndpointFailure::described).collect(Collectors.joining("; "));
        var decisive = failures.getLast();
        return switch (decisive.reason()) {
            case UNREACHABLE ->
                    RuntimeFault.criNamed(
                            CriName.RegistryUnavailable,
                            decisive,
                            "pull %s: %s",
                            reference,
                            answers);
            case DENIED ->
                    RuntimeFault.denied(
                            "pull %s: %s; check that repository '%s' exists on %s and that the pod's imagePullSecrets may read it",
                            reference, answers, reference.repository(), reference.host());
            case NOT_FOUND -> RuntimeFault.notFound("pull %s: not found: %s", reference, answers);
            case BROKEN -> RuntimeFault.wrongState("pull %s: %s", reference, answers);
        };
    }
}
