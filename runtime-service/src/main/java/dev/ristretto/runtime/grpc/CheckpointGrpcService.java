// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.fault.RuntimeFault;

import io.grpc.stub.StreamObserver;

import runtime.v1.CheckpointContainerRequest;
import runtime.v1.CheckpointContainerResponse;
import runtime.v1.CheckpointPodRequest;
import runtime.v1.CheckpointPodResponse;
import runtime.v1.RestorePodRequest;
import runtime.v1.RestorePodResponse;
import runtime.v1.RuntimeServiceGrpc;

import java.util.Set;

/** Checkpoint and restore, which say why they are not done. */
final class CheckpointGrpcService extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    static final Set<String> METHODS = Set.of("CheckpointContainer", "CheckpointPod", "RestorePod");

    private static final String WHY =
            "writing running processes down takes CRIU, which this runtime does not drive; stop the"
                    + " container and start it again elsewhere";

    @Override
    public void checkpointContainer(
            CheckpointContainerRequest request,
            StreamObserver<CheckpointContainerResponse> observer) {
        throw RuntimeFault.unsupported(
                "checkpoint container %s: %s", request.getContainerId(), WHY);
    }

    @Override
    public void checkpointPod(
            CheckpointPodRequest request, StreamObserver<CheckpointPodResponse> observer) {
        throw RuntimeFault.unsupported(
                "checkpoint pod sandbox %s: %s", request.getPodSandboxId(), WHY);
    }

    @Override
    public void restorePod(RestorePodRequest request, StreamObserver<RestorePodResponse> observer) {
        throw RuntimeFault.unsupported("restore pod %s: %s", request.getCheckpointPath(), WHY);
    }
}
