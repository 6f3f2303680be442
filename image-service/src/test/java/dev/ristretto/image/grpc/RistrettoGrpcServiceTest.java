// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.store.ImageConfig;
import dev.ristretto.image.store.ImageId;
import dev.ristretto.image.store.StoredImage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import ristretto.v1.LoadRequest;
import ristretto.v1.LoadResponse;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

class RistrettoGrpcServiceTest {
    private static final String ID = "sha256:" + "a".repeat(64);

    @Test
    void load_passesPathAndFullReference_andAnswersWhatIsThereNow() {
        var service =
                new RistrettoGrpcService(
                        (path, reference) -> {
                            assertThat(path).hasToString("/x.tar");
                            assertThat(reference.orElseThrow())
                                    .hasToString("docker.io/library/demo:latest");
                            return List.of(image());
                        });
        var recorder = new Recorder<LoadResponse>();

        service.load(
                LoadRequest.newBuilder().setPath("/x.tar").setReference("demo").build(), recorder);

        assertThat(recorder.only().getImages(0).getId()).isEqualTo(ID);
        assertThat(recorder.only().getImages(0).getReferencesList()).containsExactly("t", "d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x.tar", "../x", "/a\0b"})
    void load_ofAPathThatIsNotAbsolute_isRefused(String path) {
        var service =
                new RistrettoGrpcService(
                        (_, _) -> {
                            throw new AssertionError("not asked");
                        });

        assertThatThrownBy(
                        () ->
                                service.load(
                                        LoadRequest.newBuilder().setPath(path).build(),
                                        new Recorder<>()))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        f -> assertThat(f.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageStartingWith("path ");
    }

    @Test
    void load_thatCannotRead_namesThePath() {
        var service =
                new RistrettoGrpcService(
                        (_, _) -> {
                            throw new IOException("it is a hoax");
                        });

        assertThatThrownBy(
                        () ->
                                service.load(
                                        LoadRequest.newBuilder().setPath("/x").build(),
                                        new Recorder<>()))
                .hasMessage("load /x: it is a hoax");
    }

    private static StoredImage image() {
        var config =
                new ImageConfig(
                        "", List.of(), List.of(), List.of(), "", Set.of(), "", Map.of(), "", "");
        return new StoredImage(
                new ImageId(ID), List.of("t"), List.of("d"), 1, config, List.of(), false);
    }
}
