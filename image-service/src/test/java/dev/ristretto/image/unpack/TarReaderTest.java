// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.util.Objects.requireNonNull;

import dev.ristretto.image.unpack.TarEntry.Type;
import dev.ristretto.linux.syscall.KernelString;
import dev.ristretto.linux.syscall.TimeSpec;

import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

class TarReaderTest {
    private static final byte[] BINARY = {1, 0, 0, 2, (byte) 0x80, (byte) 0xff, 0, 10, '='};

    @Test
    void next_ofEveryType_tellsIt() throws IOException {
        var tar =
                new TarBuilder()
                        .directory("dir")
                        .file("file", "content")
                        .hardLink("hard", "file")
                        .symbolicLink("symbolic", "../file")
                        .device("device", 5, 1)
                        .entry("block", TarConstants.LF_BLK, new byte[0], _ -> {})
                        .entry("fifo", TarConstants.LF_FIFO, new byte[0], _ -> {})
                        .build();

        var entries = entries(tar);

        assertThat(entries)
                .extracting(TarEntry::type)
                .containsExactly(
                        Type.DIRECTORY,
                        Type.FILE,
                        Type.HARD_LINK,
                        Type.SYMBOLIC_LINK,
                        Type.CHARACTER_DEVICE,
                        Type.BLOCK_DEVICE,
                        Type.FIFO);
        assertThat(entries.get(2).linkName()).isEqualTo("file");
        assertThat(entries.get(3).linkName()).isEqualTo("../file");
        assertThat(entries.get(4).deviceMajor()).isEqualTo(5);
        assertThat(entries.get(4).deviceMinor()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {99, 100, 101, 155, 256, 4000})
    void next_ofLongNames_readsThemInBothForms(int length) throws IOException {
        var name = "d/" + "n".repeat(length - 2);

        for (int mode :
                List.of(
                        TarArchiveOutputStream.LONGFILE_POSIX,
                        TarArchiveOutputStream.LONGFILE_GNU)) {
            var entry = entries(longNames(name, mode)).getFirst();

            assertThat(entry.name()).isEqualTo(name);
            assertThat(entry.linkName()).isEqualTo(name + "-target");
        }
    }

    @Test
    void next_ofPaxHeaders_prefersThem() throws IOException {
        var tar =
                new TarBuilder()
                        .file(
                                "short",
                                TarBuilder.bytes("12345"),
                                entry -> {
                                    entry.setUserId(5_000_000_000L - 1_000_000_000L);
                                    entry.setGroupId(3_000_000);
                                    entry.addPaxHeader("mtime", "1234567890.123456700");
                                    entry.addPaxHeader("path", "the/real/näme");
                                })
                        .build();

        var entry = entries(tar).getFirst();

        assertThat(entry.name()).isEqualTo("the/real/näme");
        assertThat(entry.uid()).isEqualTo(4_000_000_000L);
        assertThat(entry.gid()).isEqualTo(3_000_000);
        assertThat(entry.size()).isEqualTo(5);
        assertThat(entry.modified()).isEqualTo(new TimeSpec(1234567890, 123456700));
    }

    @Test
    void next_ofATimeBeforeTheEpoch_roundsDown() throws IOException {
        var records = record("mtime", TarBuilder.bytes("-1.0000000019"));

        assertThat(entries(withPax(records)).getFirst().modified())
                .isEqualTo(new TimeSpec(-2, 999_999_998));
    }

    @Test
    void next_ofSchilyAttributes_keepsEveryByte() throws IOException {
        var records = record("SCHILY.xattr.security.capability", BINARY);

        assertThat(entries(withPax(records)).getFirst().xattrs())
                .containsOnlyKeys("security.capability")
                .containsEntry("security.capability", BINARY);
    }

    @Test
    void next_ofLibarchiveAttributes_decodesThem() throws IOException {
        var base64 = Base64.getEncoder().withoutPadding().encode(BINARY);
        var records = record("LIBARCHIVE.xattr.user.a%3Db+c", base64);

        assertThat(entries(withPax(records)).getFirst().xattrs())
                .containsOnlyKeys("user.a=b+c")
                .containsEntry("user.a=b+c", BINARY);
    }

    @Test
    void next_ofANameThatIsNotUtf8_keepsEveryByte() throws IOException {
        var block = header("x", '0', 0);
        block[0] = (byte) 0xe9;
        seal(block);

        assertThat(KernelString.encode(entries(block).getFirst().name())).containsExactly(0xe9);
    }

    @Test
    void next_ofAnOldTar_readsDirectoriesByTheirSlash() throws IOException {
        var block = header("old/", '\0', 0);
        Arrays.fill(block, 257, 265, (byte) 0);
        seal(block);

        assertThat(entries(block).getFirst().type()).isEqualTo(Type.DIRECTORY);
    }

    @Test
    void next_ofGnuBinaryNumbers_readsThem() throws IOException {
        var block = header("big", '0', 0);
        Arrays.fill(block, 108, 116, (byte) 0);
        block[108] = (byte) 0x80;
        block[112] = 0x01; // 2^24
        Arrays.fill(block, 136, 148, (byte) 0xff); // -1
        seal(block);

        var entry = entries(block).getFirst();

        assertThat(entry.uid()).isEqualTo(1 << 24);
        assertThat(entry.modified().seconds()).isEqualTo(-1);
    }

    @Test
    void next_afterGlobalHeaders_goesOn() throws IOException {
        var records = record("comment", TarBuilder.bytes("0123456789abcdef"));
        var tar = concat(header("g", 'g', records.length), padded(records), header("f", '0', 0));

        assertThat(entries(tar)).extracting(TarEntry::name).containsExactly("f");
    }

    @Test
    void copyTo_givesTheData_andNextSkipsWhatIsLeft() throws IOException {
        var content = new byte[700_000];
        new Random(5).nextBytes(content);
        var tar =
                new TarBuilder()
                        .file("first", content, _ -> {})
                        .file("second", content, _ -> {})
                        .file("third", "3")
                        .build();
        var reader = new TarReader(new TarInput(slow(tar), null, UnpackLimits.NONE));

        reader.next();
        var second = requireNonNull(reader.next());
        var out = new ByteArrayOutputStream();
        reader.copyTo(out::write);

        assertThat(second.name()).isEqualTo("second");
        assertThat(out.toByteArray()).isEqualTo(content);
        assertThat(requireNonNull(reader.next()).name()).isEqualTo("third");
        assertThat(reader.next()).isNull();
    }

    @Test
    void next_ofAnArchive_seeksAndTellsWhereDataIs() throws IOException {
        var content = new byte[700_000];
        var tar = new TarBuilder().file("a", content, _ -> {}).file("b", "data of b").build();
        var reader = TarReader.ofArchive(new ByteArrayInputStream(tar));

        reader.next();
        reader.next();

        var at = (int) reader.offset();
        assertThat(new String(tar, at, 9, StandardCharsets.US_ASCII)).isEqualTo("data of b");
    }

    @Test
    void next_withoutTheBlocksAtTheEnd_ends() throws IOException {
        assertThat(entries(header("f", '0', 0))).hasSize(1);
    }

    @Test
    void next_ofACutTar_saysWhere() {
        var tar = new TarBuilder().file("some/file", new byte[5000], _ -> {}).build();

        for (int length : List.of(100, 512 + 100, 512 + 5000 - 1)) {
            assertThatThrownBy(() -> entries(Arrays.copyOf(tar, length)))
                    .isInstanceOf(BadLayerException.class)
                    .hasMessageStartingWith("its tar is cut off");
        }
        assertThatThrownBy(() -> entries(Arrays.copyOf(tar, 600)))
                .hasMessage("its tar is cut off in or after entry 'some/file'");
    }

    @Test
    void next_ofSomethingElse_saysThatItIsNoTar() {
        assertThatThrownBy(
                        () -> entries("hello world ".repeat(100).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(BadLayerException.class)
                .hasMessage("it is no tar: the header at byte 0 has a wrong checksum");
    }

    @Test
    void next_ofASingleZeroBlock_isRefused() {
        var tar = concat(new byte[512], header("hidden", '0', 0));

        assertThatThrownBy(() -> entries(tar)).hasMessageContaining("single block of zeros");
    }

    @Test
    void next_ofSparseFiles_saysHowToAvoidThem() {
        var gnu = header("holes", 'S', 0);
        var pax = withPax(record("GNU.sparse.major", TarBuilder.bytes("1")));

        for (var tar : List.of(gnu, pax)) {
            assertThatThrownBy(() -> entries(tar))
                    .hasMessageContaining("GNU sparse")
                    .hasMessageContaining("without tar's --sparse");
        }
    }

    @Test
    void next_ofAnUnknownType_namesIt() {
        assertThatThrownBy(() -> entries(header("volume", 'V', 0)))
                .hasMessage("entry 'volume' has type 'V', which layers do not have");
    }

    @Test
    void next_ofHugeMetadata_isRefusedUnread() {
        var block = header("x", 'x', 0);
        System.arraycopy(TarBuilder.bytes("77777777777"), 0, block, 124, 11);
        seal(block);

        assertThatThrownBy(() -> entries(block))
                .hasMessageContaining("at most 1048576 are allowed");
    }

    @Test
    void next_ofANegativeSize_isRefused() {
        var block = header("minus", '0', 0);
        Arrays.fill(block, 124, 136, (byte) 0xff);
        seal(block);

        assertThatThrownBy(() -> entries(block)).hasMessage("entry 'minus' has size -1");
    }

    @Test
    void next_ofIdsThatLinuxHasNot_namesThem() {
        var records = record("uid", TarBuilder.bytes("4294967295"));

        assertThatThrownBy(() -> entries(withPax(records)))
                .hasMessage("entry 'f' has uid 4294967295, which Linux has not");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "path=short\n",
                "12 path=short\n",
                "9999999999999 path=x\n",
                "11 path x y\n",
                "0 a=b\n",
                "-5 a=b\n",
                "11 path=abc ",
                " a=b\n"
            })
    void next_ofBrokenPaxRecords_isRefused(String records) {
        assertThatThrownBy(() -> entries(withPax(TarBuilder.bytes(records))))
                .isInstanceOf(BadLayerException.class)
                .hasMessage("a pax header has a record that is no key=value");
    }

    /** Whatever is in it: an entry, an end or a refusal, and never anything else. */
    @Test
    void next_ofDamagedTars_neverFailsOtherwise() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var whole =
                concat(
                        withPax(record("SCHILY.xattr.user.a", BINARY)),
                        new TarBuilder()
                                .file("a/" + "b".repeat(120), "content")
                                .symbolicLink("c", "d")
                                .build());
        for (int round = 0; round < 3000; round++) {
            var damaged = whole.clone();
            for (int i = random.nextInt(6); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            if (random.nextBoolean()) {
                sealAll(damaged);
            }
            try {
                entries(damaged);
            } catch (BadLayerException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
        }
    }

    private static List<TarEntry> entries(byte[] tar) throws IOException {
        var reader = new TarReader(new TarInput(slow(tar), null, UnpackLimits.NONE));
        var entries = new ArrayList<TarEntry>();
        for (var entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(entry);
            reader.copyTo((_, _, _) -> {});
        }
        return entries;
    }

    /** Gives few bytes at a time, as a network does. */
    private static InputStream slow(byte[] content) {
        return new ByteArrayInputStream(content) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 1000));
            }
        };
    }

    private static byte[] longNames(String name, int mode) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(mode);
            var entry =
                    new org.apache.commons.compress.archivers.tar.TarArchiveEntry(
                            name, TarConstants.LF_SYMLINK);
            entry.setLinkName(name + "-target");
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private static byte[] withPax(byte[] records) {
        return concat(header("x", 'x', records.length), padded(records), header("f", '0', 0));
    }

    private static byte[] record(String key, byte[] value) {
        int rest = key.length() + value.length + 3;
        int length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        return concat(TarBuilder.bytes(length + " " + key + "="), value, TarBuilder.bytes("\n"));
    }

    private static byte[] header(String name, char type, int size) {
        var block = new byte[512];
        put(block, 0, name);
        put(block, 100, "0000644");
        put(block, 108, "0000000");
        put(block, 116, "0000000");
        put(block, 124, "%011o".formatted(size));
        put(block, 136, "00000000001");
        block[156] = (byte) type;
        put(block, 257, "ustar\00000");
        seal(block);
        return block;
    }

    private static void sealAll(byte[] tar) {
        for (int at = 0; at + 512 <= tar.length; at += 512) {
            var block = Arrays.copyOfRange(tar, at, at + 512);
            if (block[257] == 'u') {
                seal(block);
                System.arraycopy(block, 0, tar, at, 512);
            }
        }
    }

    private static void seal(byte[] block) {
        put(block, 148, "        ");
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, "%06o\0 ".formatted(sum));
    }

    private static void put(byte[] block, int at, String text) {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    private static byte[] padded(byte[] content) {
        return Arrays.copyOf(content, (content.length + 511) / 512 * 512);
    }

    private static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
