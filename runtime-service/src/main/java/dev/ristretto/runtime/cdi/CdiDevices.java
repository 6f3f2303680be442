// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.cdi;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.CdiDeviceName;
import dev.ristretto.runtime.spec.CdiEdits;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/** Finds devices by their qualified names. */
public final class CdiDevices {
    private final List<Path> directories;

    /**
     * @param directories with specifications; a device of a later one goes over the same of an
     *     earlier one
     */
    public CdiDevices(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    /**
     * What a container needs for devices. A file that is wrong is in nobody's way who does not ask
     * for a device of it.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if a device is in no specification or in two of
     *     a directory, naming the files
     */
    public CdiEdits edits(List<CdiDeviceName> names) throws IOException {
        if (names.isEmpty()) {
            return CdiEdits.none();
        }
        var found = read();
        var edits = CdiEdits.none();
        var begun = new HashSet<Path>();
        for (var name : names) {
            var spec = find(name, found);
            if (begun.add(spec.file())) {
                edits = edits.and(spec.edits());
            }
            edits = edits.and(spec.devices().getOrDefault(name.device(), CdiEdits.none()));
        }
        return edits;
    }

    private CdiSpec find(CdiDeviceName name, Found found) {
        for (var directory : directories.reversed()) {
            var having =
                    found.specs().stream()
                            .filter(spec -> directory.equals(spec.file().getParent()))
                            .filter(spec -> spec.kind().equals(name.kind()))
                            .filter(spec -> spec.devices().containsKey(name.device()))
                            .toList();
            if (having.size() > 1) {
                throw RuntimeFault.invalidArgument(
                        "CDI device %s is in %s: one of them must go",
                        name,
                        having.stream()
                                .map(spec -> spec.file().toString())
                                .collect(Collectors.joining(" and in ")));
            }
            if (!having.isEmpty()) {
                return having.getFirst();
            }
        }
        throw RuntimeFault.invalidArgument(
                "CDI device %s is in no specification of %s%s",
                name,
                directories.stream().map(Path::toString).collect(Collectors.joining(", ")),
                found.faults().isEmpty() ? "" : "; " + String.join("; ", found.faults()));
    }

    private record Found(List<CdiSpec> specs, List<String> faults) {}

    private Found read() throws IOException {
        var specs = new ArrayList<CdiSpec>();
        var faults = new ArrayList<String>();
        for (var directory : directories) {
            for (var file : files(directory)) {
                try {
                    specs.add(CdiSpecJson.read(file));
                } catch (NoSuchFileException e) {
                    // Taken away since it was listed.
                } catch (IOException | RuntimeFault e) {
                    faults.add("%s cannot be used: %s".formatted(file, e.getMessage()));
                }
            }
        }
        return new Found(specs, faults);
    }

    private static List<Path> files(Path directory) throws IOException {
        var files = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(directory, "*.{json,yaml}")) {
            entries.forEach(files::add);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(null);
        return files;
    }
}
