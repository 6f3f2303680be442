// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.image.grpc.RistrettoGrpcService;
import dev.ristretto.runtime.explain.Doctor;
import dev.ristretto.runtime.explain.Explain;

import io.grpc.stub.StreamObserver;

import ristretto.v1.DoctorRequest;
import ristretto.v1.DoctorResponse;
import ristretto.v1.ExplainRequest;
import ristretto.v1.ExplainResponse;
import ristretto.v1.LoadRequest;
import ristretto.v1.LoadResponse;
import ristretto.v1.RistrettoServiceGrpc;

/** {@code ristretto.v1.RistrettoService}: what the CRI has no RPC for, of all modules. */
public final class OwnGrpcService extends RistrettoServiceGrpc.RistrettoServiceImplBase {
    private final RistrettoGrpcService images;
    private final Explain explain;
    private final Doctor doctor;

    /**
     * @param images answers what is about images
     */
    public OwnGrpcService(RistrettoGrpcService images, Explain explain, Doctor doctor) {
        this.images = images;
        this.explain = explain;
        this.doctor = doctor;
    }

    @Override
    public void load(LoadRequest request, StreamObserver<LoadResponse> observer) {
        images.load(request, observer);
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<ExplainResponse> observer) {
        observer.onNext(ExplainMapper.toProto(explain.run(request.getObject())));
        observer.onCompleted();
    }

    @Override
    public void doctor(DoctorRequest request, StreamObserver<DoctorResponse> observer) {
        observer.onNext(DoctorMapper.toProto(doctor.run()));
        observer.onCompleted();
    }
}
