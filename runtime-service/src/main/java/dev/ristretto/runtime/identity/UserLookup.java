// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.identity;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.identity.AccountFiles.Group;
import dev.ristretto.runtime.identity.AccountFiles.User;
import dev.ristretto.runtime.spec.ProcessIdentity;
import dev.ristretto.runtime.spec.UserRequest;
import dev.ristretto.runtime.spec.UserRequest.SupplementalGroupsPolicy;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks up whom a container's process runs as. Numbers need no entry in the image; names do. Reads
 * each file at most once, and only if it is needed.
 */
public final class UserLookup {
    /** Fifty thousand accounts; a file of an image that is longer is no list of accounts. */
    private static final int LIMIT_BYTES = 4 << 20;

    private static final String PASSWD = "/etc/passwd";
    private static final String GROUP = "/etc/group";
    private static final String NO_HOME = "/";

    private final ImageFiles files;
    private final String image;

    /**
     * @param files of the image
     * @param image what the client calls it, for messages
     */
    public UserLookup(ImageFiles files, String image) {
        this.files = files;
        this.image = image;
    }

    /**
     * Decides user, group, supplementary groups and home directory.
     *
     * @param imageUser {@code User} of the image's config: {@code user[:group]}, names or numbers;
     *     it counts only if the request names no user
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if a name is not in the image
     */
    public ResolvedUser resolve(UserRequest request, String imageUser) throws IOException {
        var wanted = Wanted.of(request, imageUser);
        var users = AccountFiles.users(read(PASSWD));
        var entry = find(users, wanted.user());
        long uid = entry.map(User::uid).orElseGet(() -> number(wanted));
        long gid = gid(wanted, entry);
        return new ResolvedUser(
                new ProcessIdentity(uid, gid, groups(request, gid, entry)),
                entry.map(User::home).filter(home -> home.startsWith("/")).orElse(NO_HOME));
    }

    /** A name first: a user whose name is digits is meant by it. */
    private static Optional<User> find(List<User> users, String wanted) {
        var byName = users.stream().filter(user -> user.name().equals(wanted)).findFirst();
        if (byName.isPresent()) {
            return byName;
        }
        var uid = AccountFiles.id(wanted);
        return users.stream()
                .filter(user -> uid.isPresent() && user.uid() == uid.getAsLong())
                .findFirst();
    }

    private long number(Wanted wanted) {
        return AccountFiles.id(wanted.user())
                .orElseThrow(
                        () ->
                                RuntimeFault.invalidArgument(
                                        "%s '%s' is not in %s of image %s; name a user that is, or"
                                                + " give a number in run_as_user",
                                        wanted.source(), wanted.user(), PASSWD, image));
    }

    private long gid(Wanted wanted, Optional<User> entry) throws IOException {
        if (wanted.gid().isPresent()) {
            return wanted.gid().getAsLong();
        }
        if (wanted.group().isEmpty()) {
            return entry.map(User::gid).orElse(0L);
        }
        var name = wanted.group();
        var named =
                AccountFiles.groups(read(GROUP)).stream()
                        .filter(group -> group.name().equals(name))
                        .findFirst();
        if (named.isPresent()) {
            return named.get().gid();
        }
        return AccountFiles.id(name)
                .orElseThrow(
                        () ->
                                RuntimeFault.invalidArgument(
                                        "the group of %s '%s:%s' is not in %s of image %s; give"
                                                + " numbers in run_as_user and run_as_group",
                                        wanted.source(), wanted.user(), name, GROUP, image));
    }

    /** With the primary group: else a set-group-id program could shed it (CVE-2022-36109). */
    private List<Long> groups(UserRequest request, long gid, Optional<User> entry)
            throws IOException {
        var groups = new LinkedHashSet<Long>();
        groups.add(gid);
        groups.addAll(request.supplementalGroups());
        if (request.policy() == SupplementalGroupsPolicy.MERGE && entry.isPresent()) {
            var name = entry.get().name();
            AccountFiles.groups(read(GROUP)).stream()
                    .filter(group -> group.members().contains(name))
                    .map(Group::gid)
                    .forEach(groups::add);
        }
        return List.copyOf(groups);
    }

    private byte[] read(String path) throws IOException {
        try {
            return files.read(path, LIMIT_BYTES).orElse(new byte[0]);
        } catch (FileTooLongException e) {
            throw RuntimeFault.invalidArgument(
                    "look up the user in image %s: %s", image, e.getMessage());
        }
    }

    /**
     * What to look up.
     *
     * @param user a name or a number
     * @param group a name or a number, or empty
     * @param gid counts before {@code group}
     * @param source who says so, for messages
     */
    private record Wanted(String user, String group, OptionalLong gid, String source) {
        static Wanted of(UserRequest request, String imageUser) {
            if (request.uid().isPresent()) {
                return new Wanted(
                        Long.toString(request.uid().getAsLong()),
                        "",
                        request.gid(),
                        "security_context.run_as_user");
            }
            if (!request.username().isEmpty()) {
                return new Wanted(
                        request.username(), "", request.gid(), "security_context.run_as_username");
            }
            int colon = imageUser.indexOf(':');
            var user = colon < 0 ? imageUser : imageUser.substring(0, colon);
            var group = colon < 0 ? "" : imageUser.substring(colon + 1);
            return new Wanted(
                    user.isEmpty() ? "0" : user, group, OptionalLong.empty(), "the image's User");
        }
    }
}
