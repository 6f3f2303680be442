// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.grpc;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.pull.PullImage;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.registry.Cancellation;
import dev.ristretto.image.store.ImageId;
import dev.ristretto.image.store.Images;
import dev.ristretto.image.store.StoredImage;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;

import runtime.v1.ImageFilter;
import runtime.v1.ImageFsInfoRequest;
import runtime.v1.ImageFsInfoResponse;
import runtime.v1.ImageServiceGrpc;
import runtime.v1.ImageSpec;
import runtime.v1.ImageStatusRequest;
import runtime.v1.ImageStatusResponse;
import runtime.v1.ListImagesRequest;
import runtime.v1.ListImagesResponse;
import runtime.v1.PullImageRequest;
import runtime.v1.PullImageResponse;
import runtime.v1.RemoveImageRequest;
import runtime.v1.RemoveImageResponse;
import runtime.v1.StreamImagesRequest;
import runtime.v1.StreamImagesResponse;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/** {@code runtime.v1.ImageService}. */
public final class ImageGrpcService extends ImageServiceGrpc.ImageServiceImplBase {
    private final Images images;
    private final PullImage pull;
    private final Removal removal;
    private final Usage usage;
    private final InstantSource clock;

    public ImageGrpcService(
            Images images, PullImage pull, Removal removal, Usage usage, InstantSource clock) {
        this.images = images;
        this.pull = pull;
        this.removal = removal;
        this.usage = usage;
        this.clock = clock;
    }

    @Override
    public void listImages(ListImagesRequest request, StreamObserver<ListImagesResponse> observer) {
        var response = ListImagesResponse.newBuilder();
        filtered(request.getFilter())
                .forEach(image -> response.addImages(ImageMapper.toProto(image)));
        answer(observer, response.build());
    }

    private List<StoredImage> filtered(ImageFilter filter) {
        var wanted = filter.getImage().getImage();
        return wanted.isEmpty() ? images.list() : images.find(wanted).stream().toList();
    }

    @Override
    public void imageStatus(
            ImageStatusRequest request, StreamObserver<ImageStatusResponse> observer) {
        var response = ImageStatusResponse.newBuilder();
        images.find(named(request.getImage()))
                .ifPresent(
                        image -> {
                            response.setImage(ImageMapper.toProto(image));
                            if (request.getVerbose()) {
                                response.putInfo("info", ImageMapper.toJson(image));
                            }
                        });
        answer(observer, response.build());
    }

    @Override
    public void pullImage(PullImageRequest request, StreamObserver<PullImageResponse> observer) {
        var reference = ImageReference.parse(named(request.getImage()));
        var credentials = ImageMapper.credentials(request.getAuth());
        var caller = new Cancellation();
        Context.CancellationListener left = _ -> caller.cancel();
        var context = Context.current();
        context.addListener(left, Runnable::run);
        try {
            var id = pull.run(reference, credentials, caller);
            answer(observer, PullImageResponse.newBuilder().setImageRef(id.value()).build());
        } finally {
            context.removeListener(left);
        }
    }

    @Override
    public void removeImage(
            RemoveImageRequest request, StreamObserver<RemoveImageResponse> observer) {
        var name = named(request.getImage());
        for (var image : images.find(name).map(StoredImage::id).stream().toList()) {
            try {
                removal.remove(image);
            } catch (IOException e) {
                throw RuntimeFault.internal(e, "remove image %s: %s", name, e.getMessage());
            }
        }
        answer(observer, RemoveImageResponse.getDefaultInstance());
    }

    @Override
    public void imageFsInfo(
            ImageFsInfoRequest request, StreamObserver<ImageFsInfoResponse> observer) {
        var now = clock.instant();
        try {
            var response = ImageFsInfoResponse.newBuilder();
            for (var part : usage.images()) {
                response.addImageFilesystems(ImageMapper.toProto(part, now));
            }
            for (var part : usage.containers()) {
                response.addContainerFilesystems(ImageMapper.toProto(part, now));
            }
            answer(observer, response.build());
        } catch (IOException e) {
            throw RuntimeFault.internal(e, "measure image store: %s", e.getMessage());
        }
    }

    @Override
    public void streamImages(
            StreamImagesRequest request, StreamObserver<StreamImagesResponse> observer) {
        PacedStream.send(
                observer,
                filtered(request.getFilter()).stream().map(ImageMapper::toProto).iterator(),
                some -> StreamImagesResponse.newBuilder().addAllImages(some).build());
    }

    private static String named(ImageSpec image) {
        if (image.getImage().isEmpty()) {
            throw RuntimeFault.invalidArgument("image.image is empty");
        }
        return image.getImage();
    }

    private static <T> void answer(StreamObserver<T> observer, T response) {
        observer.onNext(response);
        observer.onCompleted();
    }

    /** Takes an image away: all its names, and what nothing else needs. */
    @FunctionalInterface
    public interface Removal {
        /** Removes it; one that is gone is fine. */
        void remove(ImageId image) throws IOException;
    }

    /** What is stored takes, as counted, not walked: the kubelet asks every few seconds. */
    public interface Usage {
        List<FilesystemUse> images() throws IOException;

        List<FilesystemUse> containers() throws IOException;
    }
}
