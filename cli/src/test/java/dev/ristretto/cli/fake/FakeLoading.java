// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.fake;

import io.grpc.stub.StreamObserver;

import ristretto.v1.LoadRequest;
import ristretto.v1.LoadResponse;
import ristretto.v1.LoadedImage;
import ristretto.v1.RistrettoServiceGrpc;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Says that it loaded whatever it was given. */
public final class FakeLoading extends RistrettoServiceGrpc.RistrettoServiceImplBase {
    private final List<LoadRequest> requests = new CopyOnWriteArrayList<>();

    public List<LoadRequest> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void load(LoadRequest request, StreamObserver<LoadResponse> observer) {
        requests.add(request);
        observer.onNext(
                LoadResponse.newBuilder()
                        .addImages(
                                LoadedImage.newBuilder()
                                        .setId("sha256:abc")
                                        .addReferences("localhost/x:1"))
                        .build());
        observer.onCompleted();
    }
}
