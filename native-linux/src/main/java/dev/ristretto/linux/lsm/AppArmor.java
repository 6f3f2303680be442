// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.lsm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** AppArmor of this kernel. Asks it each time; safe from any thread. */
public final class AppArmor {
    /** Name of the file below {@code /proc/thread-self/attr} that says what execve(2) enters. */
    public static final String EXEC_ATTRIBUTE = "apparmor/exec";

    private final Path enabled;
    private final Path profiles;
    private final Path attributes;

    /** At the usual places. */
    public AppArmor() {
        this(Path.of("/sys"), Path.of("/proc"));
    }

    AppArmor(Path sys, Path proc) {
        this.enabled = sys.resolve("module/apparmor/parameters/enabled");
        this.profiles = sys.resolve("kernel/security/apparmor/profiles");
        this.attributes = proc.resolve("self/attr");
    }

    /**
     * Whether it decides here. It does not if the kernel is built without it, or was booted without
     * it or with another module that takes its place.
     */
    public boolean enabled() throws IOException {
        try {
            return Files.readString(enabled).startsWith("Y")
                    && Files.exists(attributes.resolve(EXEC_ATTRIBUTE));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * Whether a profile is in the kernel.
     *
     * @throws NoSuchFileException if securityfs is not mounted, so that nobody can tell
     */
    public boolean isLoaded(String profile) throws IOException {
        try (var lines = Files.lines(profiles, StandardCharsets.UTF_8)) {
            return lines.anyMatch(line -> nameOf(line).equals(profile));
        }
    }

    /** Of {@code name with spaces (enforce)}. */
    private static String nameOf(String line) {
        int mode = line.lastIndexOf(" (");
        return mode < 0 ? line : line.substring(0, mode);
    }

    /** The profile that this process runs under; empty if it is not confined. */
    String ownProfile() throws IOException {
        var label = Files.readString(attributes.resolve("apparmor/current")).strip();
        return label.equals("unconfined") ? "" : nameOf(label);
    }
}
