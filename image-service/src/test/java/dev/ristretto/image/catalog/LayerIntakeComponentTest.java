// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.ImageFixture;
import dev.ristretto.image.ImageStores;
import dev.ristretto.image.StoresFixture;
import dev.ristretto.image.manifest.Descriptor;
import dev.ristretto.image.pull.BlobSource;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.unpack.TarBuilder;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One layer on its way in, well and badly. */
class LayerIntakeComponentTest {
    private static final byte[] TAR = tar();
    private static final byte[] BLOB = TarBuilder.gzip(TAR);
    private static final Digest DIFF_ID = Digest.sha256(TAR);
    private static final Descriptor LAYER = descriptor(BLOB);

    @TempDir Path stateDir;
    private StoresFixture fixture;
    private ImageStores stores;
    private final List<Long> opened = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void open() throws IOException {
        fixture = new StoresFixture(stateDir);
        stores = fixture.open();
    }

    @AfterEach
    void close() throws IOException {
        stores.close();
    }

    @Test
    void add_storesBlobAndFiles_andAsksNoMore() throws Exception {
        add(LAYER, DIFF_ID, source(BLOB));
        add(LAYER, DIFF_ID, source(BLOB));

        assertThat(opened).containsExactly(0L);
        assertThat(fixture.layer(DIFF_ID.hex()).resolve("text")).hasContent("content");
        assertThat(blobPath()).hasBinaryContent(BLOB);
        assertThat(fixture.hidden()).isEmpty();
    }

    @Test
    void add_afterACut_goesOnFromThere() throws Exception {
        assertThatThrownBy(() -> add(LAYER, DIFF_ID, cutAfter(200_000)))
                .isInstanceOf(IOException.class)
                .hasMessage("the wire broke");
        assertThat(fixture.blobs()).isEmpty();
        assertThat(fixture.layers()).isEmpty();
        assertThat(fixture.hidden()).containsExactly("sha256-" + LAYER.digest().hex() + ".partial");

        add(LAYER, DIFF_ID, source(BLOB));

        assertThat(opened.getLast()).isPositive();
        assertThat(opened).hasSize(2);
        assertThat(blobPath()).hasBinaryContent(BLOB);
        assertThat(fixture.layer(DIFF_ID.hex()).resolve("text")).hasContent("content");
        assertThat(fixture.hidden()).isEmpty();
    }

    @Test
    void add_afterACutAndARestart_goesOnFromThere() throws Exception {
        assertThatThrownBy(() -> add(LAYER, DIFF_ID, cutAfter(200_000)))
                .hasMessage("the wire broke");
        stores.close();
        stores = fixture.open();

        add(LAYER, DIFF_ID, source(BLOB));

        assertThat(opened.getLast()).isPositive();
        assertThat(blobPath()).hasBinaryContent(BLOB);
    }

    @Test
    void partial_thatNobodyTakesUp_goesAfterAnHour() throws Exception {
        assertThatThrownBy(() -> add(LAYER, DIFF_ID, cutAfter(200_000)))
                .hasMessage("the wire broke");
        stores.close();
        fixture.jump(Duration.ofMinutes(61));
        stores = fixture.open();

        assertThat(fixture.hidden()).isEmpty();
    }

    @Test
    void add_whenWhatIsLeftIsWrong_beginsAgain() throws Exception {
        assertThatThrownBy(() -> add(LAYER, DIFF_ID, cutAfter(200_000)))
                .hasMessage("the wire broke");
        var partial =
                fixture.layout().resolve("ingest/sha256-" + LAYER.digest().hex() + ".partial");
        var bytes = Files.readAllBytes(partial);
        Arrays.fill(bytes, 10_000, 20_000, (byte) 0);
        Files.write(partial, bytes);

        add(LAYER, DIFF_ID, source(BLOB));

        assertThat(opened).hasSize(3).endsWith(0L);
        assertThat(blobPath()).hasBinaryContent(BLOB);
    }

    @Test
    void add_ofBytesWithAnotherDigest_saysSo_whateverTheyLookLike() {
        var flipped = BLOB.clone();
        flipped[BLOB.length / 2] ^= 1;
        var noGzip = new byte[BLOB.length];

        for (var bytes : List.of(flipped, noGzip)) {
            refused(
                    LAYER,
                    DIFF_ID,
                    source(bytes),
                    "read blob %s: what came has digest %s; it was changed where it is kept or on"
                            + " the way",
                    LAYER.digest(),
                    Digest.sha256(bytes));
        }
    }

    @Test
    void add_ofTooFewOrTooManyBytes_saysSo() {
        refused(
                LAYER,
                DIFF_ID,
                source(Arrays.copyOf(BLOB, 1000)),
                "read blob %s: it ended after 1000 of the %d bytes that its manifest says",
                LAYER.digest(),
                BLOB.length);
        refused(
                LAYER,
                DIFF_ID,
                source(Arrays.copyOf(BLOB, BLOB.length + 1)),
                "read blob %s: it has more than the %d bytes that its manifest says",
                LAYER.digest(),
                BLOB.length);
    }

    @Test
    void add_ofAnotherDiffId_saysSo() {
        var wrong = Digest.sha256(new byte[1]);

        refused(
                LAYER,
                wrong,
                source(BLOB),
                "unpack layer %s: its diffID is %s, but the image config says %s; the image was"
                        + " built wrongly",
                LAYER.digest(),
                DIFF_ID,
                wrong);
    }

    @Test
    void add_ofAnotherDiffId_isAlsoSeenOfABlobThatIsHere() throws Exception {
        ImageFixture.plain("x", TAR).importInto(stores.imports(), "app:1");
        var other = new TarBuilder().file("other", "x").build();
        ImageFixture.plain("y", other).importInto(stores.imports(), "app:2");

        try (var image = stores.imports().begin()) {
            assertThatThrownBy(
                            () -> image.addLayer(descriptor(other), DIFF_ID, source(new byte[0])))
                    .hasMessageContaining("its diffID is " + Digest.sha256(other));
        }
        assertThat(opened).isEmpty();
    }

    @Test
    void add_ofABrokenLayer_saysWhatIsBroken() {
        var gzip = TarBuilder.gzip(TAR);
        var cut = Arrays.copyOf(gzip, gzip.length - 100);
        var climbing = new TarBuilder().file("../etc/passwd", "x").build();

        refused(
                descriptor(cut),
                DIFF_ID,
                source(cut),
                "unpack layer %s: its gzip data is cut off",
                Digest.sha256(cut));
        refused(
                descriptor(climbing),
                Digest.sha256(climbing),
                source(climbing),
                "unpack layer %s: entry '../etc/passwd' leads out of the layer with '..'",
                Digest.sha256(climbing));
    }

    @Test
    void add_ofABomb_isExhausted() {
        var bomb = TarBuilder.gzip(new byte[40_000_000 / 512 * 512]);
        var tar = new TarBuilder().file("zeros", new byte[31_000_000], _ -> {}).build();
        var blob = TarBuilder.gzip(tar);

        for (var bytes : List.of(bomb, blob)) {
            assertThatThrownBy(() -> add(descriptor(bytes), DIFF_ID, source(bytes)))
                    .isInstanceOf(RuntimeFault.class)
                    .hasMessageStartingWith("unpack layer " + Digest.sha256(bytes) + ": it holds")
                    .extracting(e -> ((RuntimeFault) e).kind())
                    .isEqualTo(FaultKind.EXHAUSTED);
        }
    }

    @Test
    void add_ofALayerInAnotherCompression_keepsBothBlobs_unpacksOnce() throws Exception {
        add(LAYER, DIFF_ID, source(BLOB));
        var files = fixture.layer(DIFF_ID.hex());
        var inode = Files.getAttribute(files, "unix:ino");

        add(descriptor(TAR), DIFF_ID, source(TAR));

        assertThat(fixture.blobs()).containsExactlyInAnyOrder(LAYER.digest().hex(), DIFF_ID.hex());
        assertThat(Files.getAttribute(files, "unix:ino")).isEqualTo(inode);
    }

    @Test
    void add_whenTheBlobIsDamagedOnDisk_fetchesItAgain() throws Exception {
        var image = ImageFixture.gzip("x", TAR);
        image.importInto(stores.imports(), "app:1");
        stores.close();
        var path = fixture.layout().resolve("blobs/sha256").resolve(image.blob(0).digest().hex());
        Files.write(path, new byte[(int) image.blob(0).sizeBytes()]);
        stores = fixture.open();
        var unknown = Digest.sha256(new byte[1]);

        // A pair not seen before makes it look into the blob.
        try (var next = stores.imports().begin()) {
            assertThatThrownBy(
                            () ->
                                    next.addLayer(
                                            image.blob(0), unknown, source(image.blobs().get(0))))
                    .hasMessageContaining("its diffID is " + DIFF_ID);
        }

        assertThat(opened).containsExactly(0L);
    }

    @Test
    void add_byTwoAtOnce_fetchesOnce() throws Exception {
        var started = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        BlobSource slow =
                offset -> {
                    started.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return source(BLOB).open(offset);
                };
        try (var first = stores.imports().begin();
                var second = stores.imports().begin();
                var workers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> one =
                    workers.submit(
                            () -> {
                                first.addLayer(LAYER, DIFF_ID, slow);
                                return null;
                            });
            started.await();
            Future<?> two =
                    workers.submit(
                            () -> {
                                second.addLayer(LAYER, DIFF_ID, source(new byte[0]));
                                return null;
                            });
            release.countDown();
            waitFor(one);
            waitFor(two);
        }

        assertThat(opened).containsExactly(0L);
        assertThat(fixture.layers()).hasSize(1);
    }

    private static void waitFor(Future<?> future) throws ExecutionException, InterruptedException {
        assertThat(future.get()).isNull();
    }

    private void refused(
            Descriptor layer, Digest diffId, BlobSource source, String message, Object... args) {
        assertThatThrownBy(() -> add(layer, diffId, source))
                .isInstanceOf(RuntimeFault.class)
                .hasMessage(message, args)
                .extracting(e -> ((RuntimeFault) e).kind())
                .isEqualTo(FaultKind.WRONG_STATE);
        try {
            assertThat(fixture.blobs()).isEmpty();
            assertThat(fixture.layers()).isEmpty();
            assertThat(fixture.hidden()).isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void add(Descriptor layer, Digest diffId, BlobSource source) throws IOException {
        try (var image = stores.imports().begin()) {
            image.addLayer(layer, diffId, source);
        }
    }

    private BlobSource source(byte[] bytes) {
        return offset -> {
            opened.add(offset);
            return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
        };
    }

    private BlobSource cutAfter(int length) {
        return offset -> {
            opened.add(offset);
            return new SequenceInputStream(
                    new ByteArrayInputStream(BLOB, 0, length),
                    new InputStream() {
                        @Override
                        public int read() throws IOException {
                            throw new IOException("the wire broke");
                        }
                    });
        };
    }

    private Path blobPath() {
        return fixture.layout().resolve("blobs/sha256").resolve(LAYER.digest().hex());
    }

    private static Descriptor descriptor(byte[] blob) {
        return Descriptor.of(
                "application/vnd.oci.image.layer.v1.tar+gzip", Digest.sha256(blob), blob.length);
    }

    private static byte[] tar() {
        var random = new byte[500_000];
        new Random(1).nextBytes(random);
        return new TarBuilder().file("random", random, _ -> {}).file("text", "content").build();
    }
}
