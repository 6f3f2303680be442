// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The directory in which an administrator, or the network's own pod, puts the configuration. The
 * first file in lexical order that is valid counts, as with containerd and CRI-O.
 *
 * <p>It is read anew at each use, in some ten microseconds: what is true on the disk is true here,
 * with no event to miss. Safe from any thread.
 */
final class ConfigDirectory {
    private static final int MAX_BYTES = 1 << 20;
    private static final String LIST = ".conflist";
    private static final List<String> SUFFIXES = List.of(LIST, ".conf", ".json");

    private final Path directory;

    ConfigDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * What is there now.
     *
     * @param network the one that counts
     * @param problems files before it that do not, and why
     */
    record Found(Optional<Network> network, List<String> problems) {
        Found {
            problems = List.copyOf(problems);
        }
    }

    /** A network and the file that it is from. */
    record Network(Path file, NetworkConfigList list) {}

    Path path() {
        return directory;
    }

    /** Looks. Never throws: a directory that cannot be read is a problem like another. */
    Found look() {
        var problems = new ArrayList<String>();
        try {
            for (var file : files(directory, SUFFIXES)) {
                try {
                    return new Found(Optional.of(new Network(file, read(file))), problems);
                } catch (InvalidConfigException e) {
                    problems.add("%s: %s".formatted(file, e.getMessage()));
                } catch (IOException e) {
                    problems.add("%s: %s".formatted(file, e));
                }
            }
        } catch (IOException e) {
            problems.add("%s: %s".formatted(directory, e));
        }
        return new Found(Optional.empty(), problems);
    }

    private NetworkConfigList read(Path file) throws IOException {
        if (!file.toString().endsWith(LIST)) {
            return ConfigParser.single(content(file));
        }
        var listed = ConfigParser.list(content(file));
        var others = new ArrayList<PluginConfig>();
        if (!listed.onlyInlinedPlugins()) {
            for (var other : files(directory.resolve(listed.list().name()), List.of(".conf"))) {
                others.add(ConfigParser.plugin(content(other)));
            }
        }
        return listed.with(others);
    }

    private static byte[] content(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new InvalidConfigException("it is larger than 1 MiB");
            }
            return content;
        }
    }

    private static List<Path> files(Path directory, List<String> suffixes) throws IOException {
        var files = new ArrayList<Path>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (var entry : entries) {
                if (suffixes.stream().anyMatch(entry.toString()::endsWith)
                        && !Files.isDirectory(entry)) {
                    files.add(entry);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        files.sort(null);
        return files;
    }
}
