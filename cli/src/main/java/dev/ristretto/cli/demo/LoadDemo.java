// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.demo;

import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Connection;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import ristretto.v1.LoadRequest;

import java.nio.file.Path;

/** Brings the demo's archive into the daemon. */
final class LoadDemo {
    private final Connection connection;

    LoadDemo(Connection connection) {
        this.connection = connection;
    }

    String run(Path archive) {
        var request = LoadRequest.newBuilder().setPath(archive.toString()).build();
        try {
            connection.ristretto().load(request);
            return DemoImage.REFERENCE;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                throw CommandFailure.because(
                        e, "this runtime cannot load images; the demo needs ristrettod");
            }
            throw e;
        }
    }
}
