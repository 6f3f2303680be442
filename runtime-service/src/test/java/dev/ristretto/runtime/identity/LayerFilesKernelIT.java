// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.mount.MountConstants;
import dev.ristretto.linux.syscall.DeviceNumber;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.OpenHow;
import dev.ristretto.linux.syscall.SyscallException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/** Held against overlayfs itself, on trees thrown together at random. */
@Tag("root")
class LayerFilesKernelIT {
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int LAYERS = 4;
    private static final int LIMIT = 1000;

    private final LinuxSyscalls linux = LinuxSyscalls.load();

    @TempDir private Path directory;

    @Test
    void read_findsWhatOverlayfsFinds() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        int found = 0;
        for (int round = 0; round < 40; round++) {
            var layers = layers(random, directory.resolve("round" + round));
            var files = new LayerFiles(linux, layers);
            try (var mount = overlay(layers)) {
                for (var path : paths()) {
                    var expected = throughOverlay(mount, path);
                    assertThat(text(files.read(path, LIMIT)))
                            .as("%s in round %d of seed %d", path, round, seed)
                            .isEqualTo(expected);
                    found += expected.isPresent() ? 1 : 0;
                }
            }
        }
        assertThat(found).isGreaterThan(100);
    }

    private List<Path> layers(Random random, Path parent) throws IOException {
        var layers = new ArrayList<Path>();
        for (int i = 0; i < LAYERS; i++) {
            var layer = Files.createDirectories(parent.resolve("layer" + i));
            fill(random, layer, 3);
            layers.add(layer);
        }
        return layers;
    }

    private void fill(Random random, Path at, int depth) throws IOException {
        for (var name : NAMES) {
            var path = at.resolve(name);
            switch (random.nextInt(8)) {
                case 0, 1 -> Files.writeString(path, path.toString());
                case 2 ->
                        linux.mknodat(
                                FileFlags.AT_FDCWD,
                                path.toString(),
                                FileFlags.S_IFCHR,
                                DeviceNumber.ZERO);
                case 3 -> {
                    var up = random.nextBoolean() ? "/" : "../";
                    Files.createSymbolicLink(
                            path, Path.of(up + NAMES.get(random.nextInt(3)) + "/a"));
                }
                case 4, 5, 6 -> {
                    if (depth > 0) {
                        Files.createDirectory(path);
                        fill(random, path, depth - 1);
                        if (random.nextInt(4) == 0) {
                            linux.lsetxattr(
                                    path.toString(), "trusted.overlay.opaque", new byte[] {'y'}, 0);
                        }
                    }
                }
                default -> {}
            }
        }
    }

    private static List<String> paths() {
        var paths = new ArrayList<String>();
        for (var one : NAMES) {
            paths.add("/" + one);
            for (var two : NAMES) {
                paths.add("/" + one + "/" + two);
                for (var three : NAMES) {
                    paths.add("/" + one + "/" + two + "/" + three);
                    paths.add("/" + one + "/../" + two + "/" + three);
                }
            }
        }
        return paths;
    }

    /**
     * A detached mount: no other process sees it, and it ends with its descriptor. All layers in
     * one option, which every kernel takes; it may have 255 bytes.
     */
    private Fd overlay(List<Path> layers) throws SyscallException {
        try (var context =
                Fd.owned(linux, linux.fsopen("overlay", MountConstants.FSOPEN_CLOEXEC))) {
            var all = layers.stream().map(Path::toString).collect(Collectors.joining(":"));
            linux.fsconfigSetString(context.number(), "lowerdir", all);
            linux.fsconfigCreate(context.number());
            return Fd.owned(
                    linux, linux.fsmount(context.number(), MountConstants.FSMOUNT_CLOEXEC, 0));
        }
    }

    private Optional<String> throughOverlay(Fd mount, String path) throws IOException {
        try (var file =
                mount.openBelow(
                        path, new OpenHow(FileFlags.O_RDONLY, 0, FileFlags.RESOLVE_IN_ROOT))) {
            var status = linux.statx(file.number(), "", FileFlags.AT_EMPTY_PATH);
            return status.isRegularFile()
                    ? Optional.of(Files.readString(file.procPath()))
                    : Optional.empty();
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Optional<String> text(Optional<byte[]> content) {
        return content.map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
