// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.SandboxConfig;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The sysctls of a pod: those of the namespaces that are its own. Setting any other would set it
 * for the host and for every pod of it.
 */
final class PodSysctls {
    /** See ipc_namespaces(7). */
    private static final Set<String> IPC =
            Set.of(
                    "kernel/msgmax",
                    "kernel/msgmnb",
                    "kernel/msgmni",
                    "kernel/sem",
                    "kernel/shmall",
                    "kernel/shmmax",
                    "kernel/shmmni",
                    "kernel/shm_rmid_forced");

    private static final String MQUEUE = "fs/mqueue/";
    private static final String NETWORK = "net/";
    private static final String DOMAINNAME = "kernel/domainname";

    /** Ports below 1024 and ping without capabilities: the network they are of is the pod's own. */
    private static final Map<String, String> DEFAULTS =
            Map.of(
                    "net.ipv4.ip_unprivileged_port_start", "0",
                    "net.ipv4.ping_group_range", "0 2147483647");

    private static final Pattern PATH =
            Pattern.compile(
                    "(?!\\.{1,2}/)[A-Za-z0-9_*@:.-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_*@:.-]+)+");

    /** Of one interface: it must be there first, and only the loopback is from the beginning. */
    private static final Pattern OF_INTERFACE =
            Pattern.compile(
                    "net/(?:ipv4|ipv6|mpls)/(?:conf|neigh)/(?!(?:all|default|lo)/)[^/]+/.+");

    private PodSysctls() {}

    /**
     * What to set when the namespaces are new, by name in the form that {@code Sysctl} takes,
     * ordered.
     */
    static Map<String, String> atOnce(SandboxConfig config) {
        var sysctls = of(config);
        sysctls.keySet().removeIf(name -> OF_INTERFACE.matcher(path(name)).matches());
        return sysctls;
    }

    /** What to set once the pod has its interface, by path below {@code /proc/sys}, ordered. */
    static Map<String, String> onceAttached(SandboxConfig config) {
        var sysctls = new TreeMap<String, String>();
        of(config)
                .forEach(
                        (name, value) -> {
                            if (OF_INTERFACE.matcher(path(name)).matches()) {
                                sysctls.put(path(name), value);
                            }
                        });
        return sysctls;
    }

    private static Map<String, String> of(SandboxConfig config) {
        var sysctls = new TreeMap<String, String>();
        if (!config.namespaces().hostNetwork()) {
            sysctls.putAll(DEFAULTS);
        }
        config.sysctls()
                .forEach(
                        (name, value) -> {
                            var path = path(name);
                            require(config, name, path, value);
                            sysctls.put(spelled(path), value);
                        });
        return sysctls;
    }

    private static void require(SandboxConfig config, String name, String path, String value) {
        if (!PATH.matcher(path).matches()) {
            throw refused(name, "is not the name of one");
        }
        if (value.indexOf(0) >= 0 || value.indexOf('\n') >= 0) {
            throw refused(name, "has a value of more than one line");
        }
        if (IPC.contains(path) || path.startsWith(MQUEUE)) {
            if (config.namespaces().hostIpc()) {
                throw refused(name, "is of the host's IPC namespace, which this pod uses");
            }
            return;
        }
        if (path.startsWith(NETWORK) || path.equals(DOMAINNAME)) {
            if (config.namespaces().hostNetwork()) {
                throw refused(name, "is of the host's network, which this pod uses");
            }
            return;
        }
        throw refused(name, "belongs to no namespace: it would be set for the whole host");
    }

    /** As sysctl(8) reads names: the separator that comes first is the one that separates. */
    private static String path(String name) {
        int dot = name.indexOf('.');
        int slash = name.indexOf('/');
        if (slash >= 0 && (dot < 0 || slash < dot)) {
            return name;
        }
        var path = new StringBuilder(name.length());
        for (char c : name.toCharArray()) {
            path.append(
                    switch (c) {
                        case '.' -> '/';
                        case '/' -> '.';
                        default -> c;
                    });
        }
        return path.toString();
    }

    /** With dots, as people read it, unless a part has one of its own (an interface's name). */
    private static String spelled(String path) {
        return path.indexOf('.') >= 0 ? path : path.replace('/', '.');
    }

    private static RuntimeFault refused(String name, String why) {
        return RuntimeFault.invalidArgument(
                "config.linux.sysctls: '%s' %s", name.replace("\0", "\\0"), why);
    }
}
