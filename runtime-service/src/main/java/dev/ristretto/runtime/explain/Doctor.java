// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import dev.ristretto.linux.lsm.DefaultProfile;
import dev.ristretto.linux.probe.HostFeatures;
import dev.ristretto.runtime.host.AppArmorProfiles;
import dev.ristretto.runtime.host.SecurityModules;
import dev.ristretto.runtime.network.NetworkReadiness;
import dev.ristretto.runtime.network.PodNetworks;
import dev.ristretto.runtime.plan.ContainerPlan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code Doctor}: what this host lacks, what that costs and what to do. Looks by trying, not at
 * version numbers; changes nothing.
 */
public final class Doctor {
    private static final int LITTLE_SPACE_PERCENT = 10;
    private static final Pattern OPEN_FILES =
            Pattern.compile("Max open files\\s+\\S+\\s+(\\d{1,18}|unlimited)\\s");

    private final HostFeatures features;
    private final SecurityModules modules;
    private final PodNetworks networks;
    private final String noUserNamespaces;
    private final Path proc;
    private final Path stateDir;

    /** What the kernel of this host can do. */
    public record Host(HostFeatures features, SecurityModules modules) {}

    /**
     * @param stateDir where images and writable layers are
     * @param noUserNamespaces why pods cannot have user namespaces here; empty if they can
     */
    public Doctor(Host host, PodNetworks networks, Path stateDir, String noUserNamespaces) {
        this(host, networks, stateDir, noUserNamespaces, Path.of("/proc"));
    }

    Doctor(Host host, PodNetworks networks, Path stateDir, String noUserNamespaces, Path proc) {
        this.noUserNamespaces = noUserNamespaces;
        this.features = host.features();
        this.modules = host.modules();
        this.networks = networks;
        this.stateDir = stateDir;
        this.proc = proc;
    }

    /** All that was looked at, the good too. */
    public List<Finding> run() {
        var findings = new ArrayList<Finding>();
        findings.add(cgroups());
        findings.add(overlay());
        findings.add(readOnlyMounts());
        findings.add(seccomp());
        findings.add(appArmor(modules.appArmor().state()));
        findings.add(sysResource());
        findings.add(openFiles());
        findings.add(pressure());
        findings.add(userNamespaces());
        findings.add(auditLog());
        findings.add(space());
        findings.addAll(network(networks.readiness()));
        return List.copyOf(findings);
    }

    private Finding cgroups() {
        return switch (features.cgroupMode()) {
            case V2 -> Finding.good("cgroups", "version 2");
            case V1, HYBRID ->
                    Finding.lacking(
                            "cgroups",
                            "version 1 has the controllers",
                            "no memory protection (memory.min, memory.high) and no pressure per"
                                    + " container; entering a cgroup waits for the kernel, so a"
                                    + " start right after a create may take 15 ms more",
                            "boot with systemd.unified_cgroup_hierarchy=1 or cgroup_no_v1=all");
        };
    }

    private Finding overlay() {
        return switch (features.overlay()) {
            case LOWERDIR_PLUS -> Finding.good("overlayfs", "mounts any number of layers");
            case ONE_PAGE ->
                    Finding.lacking(
                            "overlayfs",
                            "takes all layers in one page of options",
                            "images of very many layers cannot be started",
                            "Linux 6.7 or newer; a shorter stateDir helps a little");
            case NONE ->
                    Finding.broken(
                            "overlayfs",
                            "the kernel has none",
                            "no container can be started",
                            "modprobe overlay, or a kernel with CONFIG_OVERLAY_FS");
        };
    }

    private Finding readOnlyMounts() {
        return features.recursiveReadOnly()
                ? Finding.good("mounts", "can be made read-only with all below them")
                : Finding.lacking(
                        "mounts",
                        "mount_setattr(2) does not exist",
                        "recursive read-only mounts are refused; what is mounted below a"
                                + " read-only mount stays writable",
                        "Linux 5.12 or newer");
    }

    private Finding seccomp() {
        if (features.seccompFilter() && features.seccompLibrary()) {
            return Finding.good("seccomp", "filters can be made and installed");
        }
        return Finding.lacking(
                "seccomp",
                features.seccompFilter() ? "libseccomp is missing" : "the kernel has no filters",
                "containers that are not unconfined are refused",
                features.seccompFilter()
                        ? "install libseccomp2"
                        : "a kernel with CONFIG_SECCOMP_FILTER");
    }

    private static Finding appArmor(AppArmorProfiles.State state) {
        if (!state.enabled()) {
            return Finding.good(
                    "AppArmor", "this host has none: pods that name a profile are refused");
        }
        return state.missing().isEmpty()
                ? Finding.good(
                        "AppArmor", "confines containers, by default with " + DefaultProfile.NAME)
                : Finding.lacking(
                        "AppArmor",
                        "profile %s cannot be loaded: %s"
                                .formatted(DefaultProfile.NAME, state.missing()),
                        "containers that name no profile are not confined by AppArmor, those that"
                                + " ask for RuntimeDefault are refused",
                        "have it loaded, and see it here");
    }

    private Finding sysResource() {
        return features.sysResource()
                ? Finding.good("CAP_SYS_RESOURCE", "the daemon has it")
                : Finding.lacking(
                        "CAP_SYS_RESOURCE",
                        "the daemon does not have it",
                        "oom_score_adj cannot be lowered and hard limits cannot be raised; what"
                                + " is asked for is clamped",
                        "run the daemon with it");
    }

    private Finding openFiles() {
        var limits = text("self/limits");
        var found = OPEN_FILES.matcher(limits);
        if (!found.find()) {
            return Finding.good("open files", "the daemon's limit is not known");
        }
        var limit = found.group(1);
        if (limit.equals("unlimited") || Long.parseLong(limit) >= ContainerPlan.OPEN_FILES) {
            return Finding.good("open files", "the daemon may open " + limit);
        }
        return Finding.lacking(
                "open files",
                "the daemon may open " + limit,
                features.sysResource()
                        ? "many streams at once may fail"
                        : "many streams at once may fail, and containers get no more than that",
                "LimitNOFILE=%d in the daemon's unit".formatted(ContainerPlan.OPEN_FILES_AT_MOST));
    }

    private Finding pressure() {
        return Files.exists(proc.resolve("pressure/cpu"))
                ? Finding.good("pressure", "the kernel measures it (PSI)")
                : Finding.lacking(
                        "pressure",
                        "the kernel does not measure it (PSI)",
                        "statistics have no pressure",
                        "boot with psi=1");
    }

    private Finding userNamespaces() {
        if (!noUserNamespaces.isEmpty()) {
            return Finding.lacking(
                    "user namespaces",
                    "pods cannot have them: " + noUserNamespaces,
                    "pods with hostUsers: false are refused",
                    "see docs/user-namespaces.md for what they need");
        }
        var most = text("sys/user/max_user_namespaces").strip();
        return most.isEmpty() || most.equals("0")
                ? Finding.lacking(
                        "user namespaces",
                        "none can be made",
                        "pods with hostUsers: false are refused",
                        "raise sysctl user.max_user_namespaces")
                : Finding.good("user namespaces", "up to " + most);
    }

    private static Finding auditLog() {
        return Files.isReadable(Path.of("/dev/kmsg"))
                ? Finding.good("kernel log", "can be read: explain names refused system calls")
                : Finding.lacking(
                        "kernel log",
                        "/dev/kmsg cannot be read",
                        "explain cannot name the system call for which seccomp ended a container",
                        "run the daemon with CAP_SYSLOG and /dev/kmsg");
    }

    private Finding space() {
        try {
            var store = Files.getFileStore(stateDir);
            long total = Math.max(1, store.getTotalSpace());
            long percent = 100 * store.getUsableSpace() / total;
            var fact = "%s (%s) has %d %% left".formatted(stateDir, store.type(), percent);
            return percent >= LITTLE_SPACE_PERCENT
                    ? Finding.good("disk", fact)
                    : Finding.lacking(
                            "disk",
                            fact,
                            "pulls fail soon, and the kubelet evicts pods",
                            "free space, or move stateDir to a larger disk");
        } catch (IOException e) {
            return Finding.broken(
                    "disk",
                    "%s: %s".formatted(stateDir, e.getMessage()),
                    "no image can be stored",
                    "make the directory available");
        }
    }

    private static List<Finding> network(NetworkReadiness network) {
        var findings = new ArrayList<Finding>();
        findings.add(
                network.ready()
                        ? Finding.good("network", "pods can have one of their own")
                        : Finding.broken(
                                "network",
                                network.reason(),
                                "only pods of the host's network can be run",
                                network.message()));
        network.facts().forEach(fact -> findings.add(Finding.lacking("network", fact, "", "")));
        return findings;
    }

    private String text(String file) {
        try {
            return Files.readString(proc.resolve(file));
        } catch (IOException e) {
            return "";
        }
    }
}
