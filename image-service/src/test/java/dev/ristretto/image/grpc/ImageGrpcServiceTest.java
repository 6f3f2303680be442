// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.manifest.Platform;
import dev.ristretto.image.pull.FakeImports;
import dev.ristretto.image.pull.PullImage;
import dev.ristretto.image.pull.StubImage;
import dev.ristretto.image.registry.RegistryClient;
import dev.ristretto.image.registry.RegistryHosts;
import dev.ristretto.image.registry.RetryPolicy;
import dev.ristretto.image.registry.StubRegistry;
import dev.ristretto.image.store.ImageConfig;
import dev.ristretto.image.store.ImageId;
import dev.ristretto.image.store.Images;
import dev.ristretto.image.store.StoredImage;

import io.grpc.Context;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import runtime.v1.AuthConfig;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;

class ImageGrpcServiceTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000, 5);

    private final FakeImages images = new FakeImages();
    private final List<ImageId> removed = new ArrayList<>();
    private StubRegistry stub;
    private RegistryClient registry;
    private PullImage pull;
    private ImageGrpcService service;

    @BeforeEach
    void start() throws IOException {
        stub = StubRegistry.start();
        registry =
                new RegistryClient(
                        new RegistryHosts(List.of(), List.of(stub.host())),
                        new RegistryClient.Settings(
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(20),
                                RetryPolicy.DEFAULT));
        pull = new PullImage(registry, new FakeImports(), Platform.parse("linux/amd64"), 2);
        service =
                new ImageGrpcService(
                        images, pull, removed::add, new FakeUsage(), InstantSource.fixed(NOW));
    }

    @AfterEach
    void stop() {
        pull.close();
        registry.close();
        stub.close();
    }

    @Test
    void listImages_answersAllOrTheOneFiltered() {
        images.all.add(image('a', "1000:1000"));
        images.all.add(image('b', ""));

        var all = new Recorder<ListImagesResponse>();
        service.listImages(ListImagesRequest.getDefaultInstance(), all);
        var one = new Recorder<ListImagesResponse>();
        service.listImages(
                ListImagesRequest.newBuilder()
                        .setFilter(ImageFilter.newBuilder().setImage(spec("name-b")))
                        .build(),
                one);

        assertThat(all.only().getImagesList())
                .extracting(i -> i.getRepoTags(0))
                .containsExactly("name-a", "name-b");
        assertThat(one.only().getImagesList())
                .extracting(i -> i.getRepoTags(0))
                .containsExactly("name-b");
    }

    @ParameterizedTest
    @CsvSource(
            value = {"'',-,''", "1000,1000,''", "1000:100,1000,''", "app,-,app", "app:grp,-,app"},
            nullValues = "-")
    void imageStatus_saysUidOrUsername_notBoth(String user, Long uid, String username) {
        images.all.add(image('a', user));

        var response = status("name-a", false).getImage();

        assertThat(response.hasUid() ? (Long) response.getUid().getValue() : null).isEqualTo(uid);
        assertThat(response.getUsername()).isEqualTo(username);
        assertThat(response.getSize()).isEqualTo(4096);
        assertThat(response.getId()).isEqualTo("sha256:" + "a".repeat(64));
        assertThat(response.getPinned()).isTrue();
    }

    @Test
    void imageStatus_ofAbsentImage_hasNoImage_andIsNoError() {
        assertThat(status("name-z", true).hasImage()).isFalse();
    }

    @Test
    void imageStatus_verbose_hasTheConfigAsJson() {
        images.all.add(image('a', "0"));

        assertThat(status("name-a", false).getInfoMap()).isEmpty();
        assertThat(status("name-a", true).getInfoMap())
                .containsEntry(
                        "info",
                        "{\"imageSpec\":{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{"
                                + "\"User\":\"0\",\"Env\":[\"A=b\"],\"Entrypoint\":[\"/e\"],"
                                + "\"Cmd\":[\"c\"],\"WorkingDir\":\"/w\",\"StopSignal\":\"SIGQUIT\","
                                + "\"Volumes\":{\"/v\":{}},\"Labels\":{\"k\":\"v\"}},"
                                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:d\"]}}}");
    }

    @Test
    void requestsWithoutAnImage_nameTheField() {
        assertFault(() -> status("", false), FaultKind.INVALID_ARGUMENT)
                .hasMessage("image.image is empty");
        assertFault(() -> remove(""), FaultKind.INVALID_ARGUMENT)
                .hasMessage("image.image is empty");
        assertFault(() -> pull("", AuthConfig.getDefaultInstance()), FaultKind.INVALID_ARGUMENT)
                .hasMessage("image.image is empty");
    }

    @Test
    void pullImage_answersTheImageId() {
        var image = StubImage.push(stub, "1", StubImage.bytes("layer"));

        assertThat(pull(stub.host() + "/a/b:1", AuthConfig.getDefaultInstance()))
                .isEqualTo(image.config().digest().toString());
    }

    @Test
    void pullImage_usesTheCredentialsGiven() {
        StubImage.push(stub, "1", StubImage.bytes("layer"));
        stub.always(
                exchange -> {
                    if ("Basic dTpw"
                            .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                        return false;
                    }
                    exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=r");
                    exchange.sendResponseHeaders(401, -1);
                    return true;
                });
        var alice = AuthConfig.newBuilder().setUsername("u").setPassword("p").build();

        assertThat(pull(stub.host() + "/a/b:1", alice)).startsWith("sha256:");
        assertFault(
                () -> pull(stub.host() + "/a/b:1", AuthConfig.getDefaultInstance()),
                FaultKind.DENIED);
    }

    @Test
    void pullImage_ofABadReference_quotesIt() {
        assertFault(
                        () -> pull("a.io/UPPER", AuthConfig.getDefaultInstance()),
                        FaultKind.INVALID_ARGUMENT)
                .hasMessageContaining("'UPPER' must be lowercase");
    }

    @Test
    void pullImage_whoseCallerLeaves_isCancelled() {
        var arrived = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        stub.always(
                exchange -> {
                    arrived.countDown();
                    await(release);
                    return false;
                });
        var context = Context.current().withCancellation();
        Thread.ofVirtual()
                .name("caller-leaves")
                .start(
                        () -> {
                            await(arrived);
                            context.cancel(null);
                        });

        try {
            assertThatThrownBy(
                            () ->
                                    context.call(
                                            () ->
                                                    pull(
                                                            stub.host() + "/a/b:1",
                                                            AuthConfig.getDefaultInstance())))
                    .isInstanceOf(CancellationException.class);
        } finally {
            release.countDown();
        }
    }

    @Test
    void removeImage_removesByName_andIsFineWithAnAbsentOne() {
        images.all.add(image('a', ""));

        remove("name-a");
        remove("name-z");

        assertThat(removed).containsExactly(images.all.getFirst().id());
    }

    @Test
    void imageFsInfo_reportsBothFileSystems() {
        var recorder = new Recorder<ImageFsInfoResponse>();
        service.imageFsInfo(ImageFsInfoRequest.getDefaultInstance(), recorder);

        var use = recorder.only().getImageFilesystems(0);
        assertThat(use.getTimestamp()).isEqualTo(1_700_000_000_000_000_005L);
        assertThat(use.getFsId().getMountpoint()).isEqualTo("/images");
        assertThat(use.getUsedBytes().getValue()).isEqualTo(10);
        assertThat(use.getInodesUsed().getValue()).isEqualTo(2);
        assertThat(recorder.only().getContainerFilesystems(0).getFsId().getMountpoint())
                .isEqualTo("/containers");
    }

    @Test
    void everyRpcOfTheService_isAnsweredHere() {
        var own =
                Arrays.stream(ImageGrpcService.class.getDeclaredMethods())
                        .map(method -> method.getName().toLowerCase(Locale.ROOT))
                        .toList();

        assertThat(ImageServiceGrpc.getServiceDescriptor().getMethods())
                .hasSize(6)
                .allSatisfy(
                        rpc ->
                                assertThat(own)
                                        .contains(
                                                String.valueOf(rpc.getBareMethodName())
                                                        .toLowerCase(Locale.ROOT)));
    }

    @Test
    void streamImages_answersAllOrTheOneFiltered() {
        images.all.add(image('a', "1000:1000"));
        images.all.add(image('b', ""));

        var all = new PacedRecorder<StreamImagesResponse>(9);
        service.streamImages(StreamImagesRequest.getDefaultInstance(), all);
        var one = new PacedRecorder<StreamImagesResponse>(9);
        var filter =
                ImageFilter.newBuilder()
                        .setImage(
                                ImageSpec.newBuilder()
                                        .setImage(images.all.getFirst().repoTags().getFirst()));
        service.streamImages(StreamImagesRequest.newBuilder().setFilter(filter).build(), one);

        assertThat(all.messages).hasSize(1);
        assertThat(all.messages.getFirst().getImagesCount()).isEqualTo(2);
        assertThat(one.messages.getFirst().getImagesList())
                .containsExactly(all.messages.getFirst().getImages(0));
    }

    private ImageStatusResponse status(String name, boolean verbose) {
        var recorder = new Recorder<ImageStatusResponse>();
        service.imageStatus(
                ImageStatusRequest.newBuilder().setImage(spec(name)).setVerbose(verbose).build(),
                recorder);
        return recorder.only();
    }

    private String pull(String name, AuthConfig auth) {
        var recorder = new Recorder<PullImageResponse>();
        service.pullImage(
                PullImageRequest.newBuilder().setImage(spec(name)).setAuth(auth).build(), recorder);
        return recorder.only().getImageRef();
    }

    private void remove(String name) {
        var recorder = new Recorder<RemoveImageResponse>();
        service.removeImage(RemoveImageRequest.newBuilder().setImage(spec(name)).build(), recorder);
        recorder.only();
    }

    private static ImageSpec spec(String name) {
        return ImageSpec.newBuilder().setImage(name).build();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFault(
            ThrowingCallable call, FaultKind kind) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RuntimeFault.class, f -> assertThat(f.kind()).isEqualTo(kind));
    }

    private static StoredImage image(char id, String user) {
        var config =
                new ImageConfig(
                        user,
                        List.of("A=b"),
                        List.of("/e"),
                        List.of("c"),
                        "/w",
                        Set.of("/v"),
                        "SIGQUIT",
                        Map.of("k", "v"),
                        "linux",
                        "amd64");
        return new StoredImage(
                new ImageId("sha256:" + String.valueOf(id).repeat(64)),
                List.of("name-" + id),
                List.of(),
                4096,
                config,
                List.of("sha256:d"),
                true);
    }

    private static final class FakeImages implements Images {
        private final List<StoredImage> all = new ArrayList<>();

        @Override
        public Optional<StoredImage> find(String name) {
            return all.stream().filter(i -> i.repoTags().contains(name)).findFirst();
        }

        @Override
        public List<StoredImage> list() {
            return List.copyOf(all);
        }
    }

    private static final class FakeUsage implements ImageGrpcService.Usage {
        @Override
        public List<FilesystemUse> images() {
            return List.of(new FilesystemUse(Path.of("/images"), 10, 2));
        }

        @Override
        public List<FilesystemUse> containers() {
            return List.of(new FilesystemUse(Path.of("/containers"), 20, 4));
        }
    }
}
