// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;

import java.util.List;
import java.util.Set;

/**
 * One gRPC service of which several classes answer methods: {@code RuntimeService} is too large for
 * one.
 *
 * @param main answers what no part does
 */
public record ServiceParts(BindableService main, List<Part> parts) implements BindableService {
    /**
     * Some methods of the service.
     *
     * @param methods by name, without the service's
     */
    public record Part(Set<String> methods, BindableService service) {
        public Part {
            methods = Set.copyOf(methods);
        }
    }

    public ServiceParts {
        parts = List.copyOf(parts);
    }

    @Override
    public ServerServiceDefinition bindService() {
        var whole = main.bindService();
        var builder = ServerServiceDefinition.builder(whole.getServiceDescriptor());
        for (var method : whole.getMethods()) {
            var descriptor = method.getMethodDescriptor();
            var part =
                    parts.stream()
                            .filter(p -> p.methods().contains(descriptor.getBareMethodName()))
                            .findFirst();
            if (part.isEmpty()) {
                builder.addMethod(method);
            } else {
                builder.addMethod(
                        part.get()
                                .service()
                                .bindService()
                                .getMethod(descriptor.getFullMethodName()));
            }
        }
        return builder.build();
    }
}
