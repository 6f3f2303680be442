// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.identity;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The entries of passwd(5) and group(5) in an image. Lines that do not parse are passed over, as
 * the C library does; of several entries with one name the first counts.
 */
final class AccountFiles {
    private static final int NAME = 0;
    private static final int ID = 2;
    private static final int GID = 3;
    private static final int MEMBERS = 3;
    private static final int HOME = 5;

    /** The highest is what the calls take for "leave it". */
    private static final long HIGHEST_ID = (1L << 32) - 2;

    private AccountFiles() {}

    /** A line of {@code /etc/passwd}. */
    record User(String name, long uid, long gid, String home) {}

    /** A line of {@code /etc/group}. */
    record Group(String name, long gid, List<String> members) {}

    static List<User> users(byte[] passwd) {
        return entries(passwd, AccountFiles::user).toList();
    }

    static List<Group> groups(byte[] group) {
        return entries(group, AccountFiles::group).toList();
    }

    /** A whole number of digits that is an id. */
    static OptionalLong id(String text) {
        if (text.isEmpty()
                || text.length() > 10
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalLong.empty();
        }
        long id = Long.parseLong(text);
        return id <= HIGHEST_ID ? OptionalLong.of(id) : OptionalLong.empty();
    }

    private static <T> Stream<T> entries(byte[] file, Function<String[], Optional<T>> parse) {
        return new String(file, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(":", -1))
                .map(parse)
                .flatMap(Optional::stream);
    }

    private static Optional<User> user(String[] fields) {
        if (fields.length <= GID || fields[NAME].isEmpty()) {
            return Optional.empty();
        }
        var uid = id(fields[ID]);
        var gid = id(fields[GID]);
        if (uid.isEmpty() || gid.isEmpty()) {
            return Optional.empty();
        }
        var home = fields.length > HOME ? fields[HOME] : "";
        return Optional.of(new User(fields[NAME], uid.getAsLong(), gid.getAsLong(), home));
    }

    private static Optional<Group> group(String[] fields) {
        if (fields.length <= ID || fields[NAME].isEmpty()) {
            return Optional.empty();
        }
        var gid = id(fields[ID]);
        if (gid.isEmpty()) {
            return Optional.empty();
        }
        var members =
                fields.length > MEMBERS
                        ? Arrays.stream(fields[MEMBERS].split(",", -1)).map(String::strip).toList()
                        : List.<String>of();
        return Optional.of(new Group(fields[NAME], gid.getAsLong(), members));
    }
}
