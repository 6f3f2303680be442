// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.fake;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;

import runtime.v1.Image;
import runtime.v1.ImageServiceGrpc;
import runtime.v1.ImageStatusRequest;
import runtime.v1.ImageStatusResponse;
import runtime.v1.ListImagesRequest;
import runtime.v1.ListImagesResponse;
import runtime.v1.PullImageRequest;
import runtime.v1.PullImageResponse;
import runtime.v1.RemoveImageRequest;
import runtime.v1.RemoveImageResponse;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Images by one of their names; pulls bring what they are asked for. */
public final class FakeImages extends ImageServiceGrpc.ImageServiceImplBase {
    private final Map<String, Image> images = new ConcurrentSkipListMap<>();
    private final List<PullImageRequest> pulls = new CopyOnWriteArrayList<>();

    public FakeImages add(String name, Image image) {
        images.put(name, image);
        return this;
    }

    public List<PullImageRequest> pulls() {
        return List.copyOf(pulls);
    }

    @Override
    public void listImages(ListImagesRequest request, StreamObserver<ListImagesResponse> observer) {
        var response = ListImagesResponse.newBuilder();
        images.values().stream().distinct().forEach(response::addImages);
        answer(observer, response.build());
    }

    @Override
    public void imageStatus(
            ImageStatusRequest request, StreamObserver<ImageStatusResponse> observer) {
        var response = ImageStatusResponse.newBuilder();
        var found = images.get(request.getImage().getImage());
        if (found != null) {
            response.setImage(found);
        }
        answer(observer, response.build());
    }

    @Override
    public void pullImage(PullImageRequest request, StreamObserver<PullImageResponse> observer) {
        pulls.add(request);
        var name = request.getImage().getImage();
        if (name.startsWith("down/")) {
            observer.onError(
                    Status.UNKNOWN
                            .withDescription("RegistryUnavailable: connect to down: refused")
                            .asRuntimeException());
            return;
        }
        images.put(name, Image.newBuilder().setId("sha256:" + "5".repeat(64)).build());
        answer(observer, PullImageResponse.newBuilder().setImageRef("sha256:55").build());
    }

    @Override
    public void removeImage(
            RemoveImageRequest request, StreamObserver<RemoveImageResponse> observer) {
        images.remove(request.getImage().getImage());
        answer(observer, RemoveImageResponse.getDefaultInstance());
    }

    private static <T> void answer(StreamObserver<T> observer, T response) {
        observer.onNext(response);
        observer.onCompleted();
    }
}
