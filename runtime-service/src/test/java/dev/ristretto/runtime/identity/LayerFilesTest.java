// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What needs no privilege; whiteouts and opaque directories are in {@link LayerFilesKernelIT}. */
class LayerFilesTest {
    private static final int LIMIT = 100;

    @TempDir private Path directory;

    @Test
    void read_ofAFileInOneLayer_findsIt() throws IOException {
        write("base", "etc/passwd", "base");

        assertThat(read("/etc/passwd")).contains("base");
        assertThat(read("//etc/./../etc//passwd")).contains("base");
    }

    @Test
    void read_ofAFileInSeveralLayers_findsTheTopmost() throws IOException {
        write("base", "etc/passwd", "base");
        write("base", "etc/group", "base group");
        write("middle", "etc/passwd", "middle");
        write("top", "etc/hosts", "top");

        assertThat(read("/etc/passwd")).contains("middle");
        assertThat(read("/etc/group")).contains("base group");
    }

    @ParameterizedTest
    @CsvSource({
        "passwd, ../usr/etc/passwd",
        "passwd, /usr/etc/passwd",
        "passwd, ../../../../usr/etc/passwd",
        "passwd, /loop/../usr/etc/passwd"
    })
    void read_throughALink_staysInTheImage(String name, String target) throws IOException {
        write("base", "usr/etc/passwd", "linked");
        Files.createDirectories(layer("base").resolve("loop"));
        Files.createDirectories(layer("top").resolve("etc"));
        Files.createSymbolicLink(layer("top").resolve("etc").resolve(name), Path.of(target));

        assertThat(read("/etc/passwd")).contains("linked");
    }

    @Test
    void read_throughALinkedDirectoryOfAnotherLayer_followsItThere() throws IOException {
        write("base", "real/passwd", "real");
        write("middle", "real/other", "x");
        Files.createSymbolicLink(layer("top").resolve("etc"), Path.of("real"));

        assertThat(read("/etc/passwd")).contains("real");
    }

    @Test
    void read_ofTheHostsFileByALink_findsNothing() throws IOException {
        var secret = Files.writeString(directory.resolve("secret"), "of the host");
        Files.createDirectories(layer("top").resolve("etc"));
        Files.createSymbolicLink(layer("top").resolve("etc/passwd"), secret);
        Files.createSymbolicLink(layer("top").resolve("up"), Path.of("../../secret"));

        assertThat(read("/etc/passwd")).isEmpty();
        assertThat(read("/up")).isEmpty();
        assertThat(read("/../secret")).isEmpty();
    }

    @Test
    void resolve_findsDirectoriesAndFilesWithoutLinks() throws IOException {
        write("base", "usr/share/doc/a", "a");
        Files.createSymbolicLink(layer("top").resolve("doc"), Path.of("/usr/share/doc"));
        Files.createSymbolicLink(layer("top").resolve("out"), directory);
        var files = new LayerFiles(LinuxSyscalls.load(), List.of(layer("top"), layer("base")));

        assertThat(files.resolve("")).contains(new ImagePath("/", true));
        assertThat(files.resolve("doc")).contains(new ImagePath("/usr/share/doc", true));
        assertThat(files.resolve("../../doc/./a"))
                .contains(new ImagePath("/usr/share/doc/a", false));
        assertThat(files.resolve("out")).isEmpty();
        assertThat(files.resolve("missing")).isEmpty();
    }

    @Test
    void read_ofLinksInACircle_findsNothing() throws IOException {
        Files.createSymbolicLink(layer("top").resolve("a"), Path.of("b"));
        Files.createSymbolicLink(layer("top").resolve("b"), Path.of("a"));

        assertThat(read("/a")).isEmpty();
    }

    @Test
    void read_belowAFileThatHidesADirectory_findsNothing() throws IOException {
        write("base", "etc/passwd", "hidden");
        write("top", "etc", "a file");

        assertThat(read("/etc/passwd")).isEmpty();
        assertThat(read("/etc")).contains("a file");
    }

    @Test
    void read_ofADirectoryThatHidesAFile_findsWhatIsInIt() throws IOException {
        write("base", "etc", "a file");
        write("top", "etc/passwd", "top");

        assertThat(read("/etc/passwd")).contains("top");
        assertThat(read("/etc")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/etc", "/etc/none", "/none/passwd", "", "/etc/passwd/x"})
    void read_ofWhatIsNoFile_findsNothing(String path) throws IOException {
        write("base", "etc/passwd", "base");

        assertThat(read(path)).isEmpty();
    }

    @Test
    void read_ofALongFile_isAnError() throws IOException {
        write("base", "etc/passwd", "x".repeat(LIMIT));
        assertThat(read("/etc/passwd")).isPresent();
        write("base", "etc/passwd", "x".repeat(LIMIT + 1));

        assertThatThrownBy(() -> read("/etc/passwd")).isInstanceOf(FileTooLongException.class);
    }

    private Optional<String> read(String path) throws IOException {
        var files =
                new LayerFiles(
                        LinuxSyscalls.load(),
                        List.of(layer("top"), layer("middle"), layer("base")));
        return files.read(path, LIMIT).map(b -> new String(b, StandardCharsets.UTF_8));
    }

    private void write(String layer, String file, String content) throws IOException {
        var path = layer(layer).resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private Path layer(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }
}
