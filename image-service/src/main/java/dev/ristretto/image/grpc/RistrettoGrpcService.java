// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.grpc;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.reference.ImageReference;
import dev.ristretto.image.store.StoredImage;

import io.grpc.stub.StreamObserver;

import ristretto.v1.LoadRequest;
import ristretto.v1.LoadResponse;
import ristretto.v1.LoadedImage;
import ristretto.v1.RistrettoServiceGrpc;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code ristretto.v1.RistrettoService}: what the CRI has no RPC for. */
public final class RistrettoGrpcService extends RistrettoServiceGrpc.RistrettoServiceImplBase {
    private final Loading loading;

    public RistrettoGrpcService(Loading loading) {
        this.loading = loading;
    }

    @Override
    public void load(LoadRequest request, StreamObserver<LoadResponse> observer) {
        var path = pathOf(request);
        var reference =
                request.getReference().isEmpty()
                        ? Optional.<ImageReference>empty()
                        : Optional.of(ImageReference.parse(request.getReference()));
        var response = LoadResponse.newBuilder();
        try {
            for (var image : loading.load(path, reference)) {
                response.addImages(toProto(image));
            }
        } catch (IOException e) {
            throw RuntimeFault.internal(e, "load %s: %s", path, e.getMessage());
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }

    private static LoadedImage toProto(StoredImage image) {
        return LoadedImage.newBuilder()
                .setId(image.id().value())
                .addAllReferences(image.repoTags())
                .addAllReferences(image.repoDigests())
                .build();
    }

    private static Path pathOf(LoadRequest request) {
        try {
            var path = Path.of(request.getPath());
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw RuntimeFault.invalidArgument("path is no file name: %s", e.getReason());
        }
        throw RuntimeFault.invalidArgument("path '%s' is not absolute", request.getPath());
    }

    /** Brings the images of an archive or a layout directory into the store. */
    @FunctionalInterface
    public interface Loading {
        /**
         * Loads all or throws.
         *
         * @param reference the name of an image that carries none
         */
        List<StoredImage> load(Path path, Optional<ImageReference> reference) throws IOException;
    }
}
