// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One of {@code Mount.mount_options}, named as mount(8) does. All of them narrow what a mount lets
 * a container do, or say when times of access are written.
 */
public enum MountOption {
    NOEXEC,
    NODEV,
    NOSUID,
    NOSYMFOLLOW,
    NOATIME,
    NODIRATIME,
    RELATIME,
    STRICTATIME;

    /** By its name in {@code Mount.mount_options}. */
    public static MountOption of(String containerPath, String text) {
        return find(text)
                .orElseThrow(
                        () ->
                                RuntimeFault.invalidArgument(
                                        "mounts[%s].mount_options: '%s' is not one of %s",
                                        containerPath, text, names()));
    }

    /** By its name, if it has one of these. */
    public static Optional<MountOption> find(String text) {
        return Arrays.stream(values()).filter(option -> option.text().equals(text)).findFirst();
    }

    /** As a client writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static List<String> names() {
        return Arrays.stream(values()).map(MountOption::text).collect(Collectors.toList());
    }
}
