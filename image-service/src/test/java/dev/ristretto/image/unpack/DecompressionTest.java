// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;

import dev.ristretto.image.manifest.LayerCompression;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Random;

class DecompressionTest {
    private static final byte[] CONTENT = content();

    @Test
    void open_recognisesByTheFirstBytes() throws IOException {
        assertThat(inflated(CONTENT)).isEqualTo(CONTENT);
        assertThat(inflated(TarBuilder.gzip(CONTENT))).isEqualTo(CONTENT);
        assertThat(inflated(Zstd.compress(CONTENT))).isEqualTo(CONTENT);
        assertThat(inflated(new byte[0])).isEmpty();
        assertThat(inflated(new byte[] {0x1f})).containsExactly(0x1f);
    }

    @Test
    void of_zstdThatBeginsWithASkippableFrame_isZstd() throws IOException {
        var skippable = new byte[] {0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9};

        assertThat(Decompression.of(skippable)).isEqualTo(LayerCompression.ZSTD);
        assertThat(inflated(concat(skippable, Zstd.compress(CONTENT)))).isEqualTo(CONTENT);
    }

    @Test
    void gzip_ofSeveralMembers_isAllOfThem() throws IOException {
        var first = Arrays.copyOf(CONTENT, 1000);
        var rest = Arrays.copyOfRange(CONTENT, 1000, CONTENT.length);

        var members = concat(TarBuilder.gzip(first), TarBuilder.gzip(rest));

        assertThat(inflated(members)).isEqualTo(CONTENT);
    }

    @Test
    void gzip_withAllHeaderFields_isRead() throws IOException {
        var plain = TarBuilder.gzip(CONTENT);
        var header = Arrays.copyOf(plain, 10);
        header[3] = 0x02 | 0x04 | 0x08 | 0x10;
        var fields = new byte[] {3, 0, 7, 7, 7, 'n', 0, 'c', 0, 1, 2};

        assertThat(inflated(concat(header, fields, Arrays.copyOfRange(plain, 10, plain.length))))
                .isEqualTo(CONTENT);
    }

    @Test
    void gzip_thatIsCut_saysSo() {
        var gzip = TarBuilder.gzip(CONTENT);

        for (int length : new int[] {5, 20, gzip.length / 2, gzip.length - 4}) {
            assertThatThrownBy(() -> inflated(Arrays.copyOf(gzip, length)))
                    .isInstanceOf(BadLayerException.class)
                    .hasMessage("its gzip data is cut off");
        }
    }

    @Test
    void gzip_withSomethingAfterIt_saysSo() {
        assertThatThrownBy(() -> inflated(concat(TarBuilder.gzip(CONTENT), new byte[] {1, 2, 3})))
                .isInstanceOf(BadLayerException.class)
                .hasMessage("there is something else after the end of its gzip data");
    }

    @Test
    void gzip_withAWrongChecksum_saysSo() {
        var gzip = TarBuilder.gzip(CONTENT);
        gzip[gzip.length - 8] ^= 1;

        assertThatThrownBy(() -> inflated(gzip))
                .hasMessage("its gzip data does not match its own checksum");
    }

    @Test
    void gzip_withWrongData_saysSo() {
        var gzip = TarBuilder.gzip(CONTENT);
        Arrays.fill(gzip, 2000, 2100, (byte) 0xff);

        assertThatThrownBy(() -> inflated(gzip))
                .isInstanceOf(BadLayerException.class)
                .hasMessageStartingWith("its gzip data");
    }

    @Test
    void zstd_thatIsCutOrBroken_saysSo() {
        var zstd = Zstd.compress(CONTENT);
        var broken = zstd.clone();
        Arrays.fill(broken, 6, 40, (byte) 0xff);

        for (var bad : new byte[][] {Arrays.copyOf(zstd, zstd.length - 10), broken}) {
            assertThatThrownBy(() -> inflated(bad))
                    .isInstanceOf(BadLayerException.class)
                    .hasMessageStartingWith("its zstd data is broken");
        }
    }

    @Test
    void source_thatFails_isNotTheLayersFault() {
        var failing =
                new SequenceInputStream(
                        new ByteArrayInputStream(TarBuilder.gzip(CONTENT), 0, 1000),
                        new InputStream() {
                            @Override
                            public int read() throws IOException {
                                throw new IOException("the wire broke");
                            }
                        });

        assertThatThrownBy(() -> Decompression.open(failing).readAllBytes())
                .isNotInstanceOf(BadLayerException.class)
                .hasMessage("the wire broke");
    }

    private static byte[] inflated(byte[] content) throws IOException {
        // A network gives what it has, and does not say whether there is more.
        var slow =
                new ByteArrayInputStream(content) {
                    @Override
                    public synchronized int read(byte[] into, int offset, int length) {
                        return super.read(into, offset, Math.min(length, 777));
                    }

                    @Override
                    public synchronized int available() {
                        return 0;
                    }
                };
        try (var in = Decompression.open(slow)) {
            return in.readAllBytes();
        }
    }

    private static byte[] content() {
        var random = new Random(7);
        var content = new byte[300_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) ('a' + random.nextInt(20));
        }
        return content;
    }

    private static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
