// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.random;

import runtime.v1.Capability;
import runtime.v1.Int64Value;
import runtime.v1.SecurityProfile;
import runtime.v1.SecurityProfile.ProfileType;
import runtime.v1.SupplementalGroupsPolicy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whom the container runs as and what it may do. */
final class Identities {
    private static final long DEFAULT_CAPABILITIES = 0xa80425fbL;
    private static final long BARISTA = 1000;
    private static final long COFFEE = 100;

    private static final List<Numbered> DEFAULTS =
            List.of(
                    new Numbered("CHOWN", 0),
                    new Numbered("FOWNER", 3),
                    new Numbered("KILL", 5),
                    new Numbered("NET_RAW", 13),
                    new Numbered("MKNOD", 27));

    private static final List<Numbered> OTHERS =
            List.of(
                    new Numbered("NET_ADMIN", 12),
                    new Numbered("IPC_LOCK", 14),
                    new Numbered("SYS_PTRACE", 19),
                    new Numbered("SYS_NICE", 23));

    /** A capability, see {@code linux/capability.h}. */
    private record Numbered(String name, int number) {}

    private Identities() {}

    static void addTo(Draft draft) throws IOException {
        long uid = user(draft);
        capabilities(draft, uid);
        boolean noNewPrivs = draft.chance(50);
        draft.security.setNoNewPrivs(noNewPrivs);
        draft.expect(
                "no_new_privs",
                "grep ^NoNewPrivs: /proc/self/status",
                "NoNewPrivs: " + bit(noNewPrivs));
        seccomp(draft);
    }

    private static long user(Draft draft) {
        long uid = 0;
        long gid = 0;
        boolean barista = draft.chance(30);
        if (barista) {
            draft.security.setRunAsUsername("barista");
            uid = BARISTA;
            gid = BARISTA;
        } else if (draft.chance(50)) {
            uid = draft.random.nextInt(1 << 20) + 5000;
            draft.security.setRunAsUser(value(uid));
        }
        if (draft.chance(50) && uid != 0) {
            gid = draft.random.nextInt(1 << 20) + 5000;
            draft.security.setRunAsGroup(value(gid));
        }
        var groups = new TreeSet<Long>();
        groups.add(gid);
        for (int i = draft.random.nextInt(4); i > 0; i--) {
            long group = draft.random.nextInt(1 << 20) + 5000;
            draft.security.addSupplementalGroups(group);
            groups.add(group);
        }
        if (draft.chance(50)) {
            draft.security.setSupplementalGroupsPolicy(SupplementalGroupsPolicy.Strict);
        } else if (barista) {
            groups.add(COFFEE);
        }
        draft.expect("user", "id -u; id -g", uid + " " + gid);
        draft.expect(
                "supplemental_groups",
                "grep ^Groups: /proc/self/status",
                "Groups: " + groups.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        return uid;
    }

    private static void capabilities(Draft draft, long uid) {
        var capability = Capability.newBuilder();
        long set = DEFAULT_CAPABILITIES;
        if (draft.chance(30)) {
            capability.addDropCapabilities("ALL");
            set = 0;
        } else {
            for (var drop : some(draft, DEFAULTS)) {
                capability.addDropCapabilities(drop.name());
                set &= ~(1L << drop.number());
            }
        }
        for (var add : some(draft, OTHERS)) {
            capability.addAddCapabilities(draft.chance(50) ? add.name() : "CAP_" + add.name());
            set |= 1L << add.number();
        }
        long ambient = 0;
        if (draft.chance(30)) {
            var name = "NET_BIND_SERVICE";
            capability.addAddCapabilities(name).addAddAmbientCapabilities(name);
            ambient = 1L << 10;
            set |= ambient;
        }
        draft.security.setCapabilities(capability);
        draft.expect("bounding", "grep ^CapBnd: /proc/self/status", hex("CapBnd", set));
        draft.expect("ambient", "grep ^CapAmb: /proc/self/status", hex("CapAmb", ambient));
        draft.expect(
                "effective",
                "grep ^CapEff: /proc/self/status",
                hex("CapEff", uid == 0 ? set : ambient));
    }

    private static void seccomp(Draft draft) throws IOException {
        var profile = SecurityProfile.newBuilder();
        int mode = 2;
        switch (draft.random.nextInt(3)) {
            case 0 -> profile.setProfileType(ProfileType.RuntimeDefault);
            case 1 -> {
                profile.setProfileType(ProfileType.Unconfined);
                mode = 0;
            }
            default -> {
                var file = draft.scratch.resolve("seccomp.json");
                Files.writeString(
                        file,
                        """
                        {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                          {"names": ["symlink", "symlinkat"], "action": "SCMP_ACT_ERRNO",
                           "errnoRet": 38}]}
                        """);
                profile.setProfileType(ProfileType.Localhost).setLocalhostRef(file.toString());
                draft.expect(
                        "seccomp",
                        "ln -s x /tmp/link 2>&1 | grep -o 'Function not implemented'",
                        "Function not implemented");
            }
        }
        draft.security.setSeccomp(profile);
        draft.expect("seccomp", "grep ^Seccomp: /proc/self/status", "Seccomp: " + mode);
    }

    private static List<Numbered> some(Draft draft, List<Numbered> all) {
        var chosen = new ArrayList<Numbered>();
        for (var capability : all) {
            if (draft.chance(25)) {
                chosen.add(capability);
            }
        }
        return chosen;
    }

    private static String hex(String field, long set) {
        return "%s: %016x".formatted(field, set);
    }

    private static int bit(boolean value) {
        return value ? 1 : 0;
    }

    private static Int64Value value(long number) {
        return Int64Value.newBuilder().setValue(number).build();
    }
}
