// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.fake;

import io.grpc.stub.StreamObserver;

import ristretto.v1.DoctorRequest;
import ristretto.v1.DoctorResponse;
import ristretto.v1.ExplainRequest;
import ristretto.v1.ExplainResponse;
import ristretto.v1.LoadRequest;
import ristretto.v1.LoadResponse;
import ristretto.v1.LoadedImage;
import ristretto.v1.RistrettoServiceGrpc;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Says that it loaded whatever it was given, and explains what it was told to. */
public final class FakeLoading extends RistrettoServiceGrpc.RistrettoServiceImplBase {
    private final List<LoadRequest> requests = new CopyOnWriteArrayList<>();

    private volatile ExplainResponse explanation = ExplainResponse.getDefaultInstance();
    private volatile DoctorResponse findings = DoctorResponse.getDefaultInstance();

    public void explaining(ExplainResponse response) {
        explanation = response;
    }

    public void finding(DoctorResponse response) {
        findings = response;
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<ExplainResponse> observer) {
        observer.onNext(explanation);
        observer.onCompleted();
    }

    @Override
    public void doctor(DoctorRequest request, StreamObserver<DoctorResponse> observer) {
        observer.onNext(findings);
        observer.onCompleted();
    }

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
