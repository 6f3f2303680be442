// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.seccomp;

import static dev.ristretto.linux.seccomp.FilterMachine.ALLOW;
import static dev.ristretto.linux.seccomp.FilterMachine.KILL;
import static dev.ristretto.linux.seccomp.FilterMachine.errno;
import static dev.ristretto.linux.seccomp.SeccompArchitecture.SCMP_ARCH_AARCH64;
import static dev.ristretto.linux.seccomp.SeccompArchitecture.SCMP_ARCH_X32;
import static dev.ristretto.linux.seccomp.SeccompArchitecture.SCMP_ARCH_X86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.capability.Capability;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SeccompLibrary;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

class SeccompProfilesTest {
    private static final long DEFAULT_CAPABILITIES = 0xa80425fbL;
    private static final long WITH_SYS_ADMIN =
            DEFAULT_CAPABILITIES | Capability.CAP_SYS_ADMIN.bit();
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final int I386_SETHOSTNAME = 74;

    private static final SeccompArchitecture HOST = SeccompArchitecture.ofHost();

    private static SeccompProfiles profiles;

    private SeccompLibrary library;

    @TempDir private Path directory;

    @BeforeAll
    static void load() {
        profiles = new SeccompProfiles(LinuxSyscalls.load());
    }

    @BeforeEach
    void needsLibrary() {
        var loaded = SeccompLibrary.load();
        assumeTrue(loaded.isPresent(), "libseccomp2 is not installed");
        library = loaded.get();
    }

    @ParameterizedTest
    @CsvSource({
        "read",
        "openat",
        "execve",
        "statx",
        "futex",
        "seccomp",
        "capset",
        "prctl",
        "chroot",
        "setgroups",
        "mknodat",
        "ptrace"
    })
    void runtimeDefault_allowsWhatProgramsNeed(String name) throws IOException {
        assertThat(byDefault(name)).isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @CsvSource({
        "mount",
        "umount2",
        "unshare",
        "setns",
        "bpf",
        "keyctl",
        "add_key",
        "io_uring_setup",
        "userfaultfd",
        "kexec_load",
        "init_module",
        "reboot",
        "swapon",
        "open_by_handle_at",
        "settimeofday",
        "perf_event_open",
        "pivot_root",
        "sethostname",
        "syslog",
        "acct"
    })
    void runtimeDefault_refusesWhatContainersMustNot(String name) throws IOException {
        assertThat(byDefault(name)).isEqualTo(errno(EPERM));
    }

    @ParameterizedTest
    @CsvSource({
        "mount, CAP_SYS_ADMIN", "clone3, CAP_SYS_ADMIN", "unshare, CAP_SYS_ADMIN",
        "reboot, CAP_SYS_BOOT", "init_module, CAP_SYS_MODULE", "settimeofday, CAP_SYS_TIME",
        "open_by_handle_at, CAP_DAC_READ_SEARCH", "syslog, CAP_SYSLOG", "bpf, CAP_BPF",
        "perf_event_open, CAP_PERFMON", "mbind, CAP_SYS_NICE", "pidfd_getfd, CAP_SYS_PTRACE"
    })
    void runtimeDefault_allowsWhatACapabilityIsFor(String name, Capability capability)
            throws IOException {
        var filter = profiles.runtimeDefault(capability.bit());

        assertThat(new FilterMachine(filter).answer(HOST, number(name))).isEqualTo(ALLOW);
    }

    @Test
    void runtimeDefault_withoutTheCapability_refusesChroot() throws IOException {
        var filter = profiles.runtimeDefault(0);

        assertThat(new FilterMachine(filter).answer(HOST, number("chroot")))
                .isEqualTo(errno(EPERM));
    }

    @ParameterizedTest
    @CsvSource({
        "0x00000011, true", // SIGCHLD: fork
        "0x003d0f00, true", // a thread of glibc
        "0x10000011, false", // CLONE_NEWUSER
        "0x00020000, false", // CLONE_NEWNS
        "0x02000000, false", // CLONE_NEWCGROUP
        "0x40000000, false" // CLONE_NEWNET
    })
    void runtimeDefault_givesProcessesNoNamespaces(String flags, boolean allowed)
            throws IOException {
        long arg = Long.decode(flags);

        assertThat(byDefault("clone", arg)).isEqualTo(allowed ? ALLOW : errno(EPERM));
        var admin = new FilterMachine(profiles.runtimeDefault(WITH_SYS_ADMIN));
        assertThat(admin.answer(HOST, number("clone"), arg)).isEqualTo(ALLOW);
    }

    @Test
    void runtimeDefault_sendsClone3BackToClone() throws IOException {
        assertThat(byDefault("clone3")).isEqualTo(errno(ENOSYS));
    }

    @ParameterizedTest
    @CsvSource({
        "1, true", // AF_UNIX
        "2, true", // AF_INET
        "10, true", // AF_INET6
        "16, true", // AF_NETLINK
        "44, true", // AF_XDP
        "38, false", // AF_ALG
        "40, false", // AF_VSOCK
        "12, false", // AF_DECnet
        "46, false" // not assigned
    })
    void runtimeDefault_allowsSocketsByFamily(int family, boolean allowed) throws IOException {
        assertThat(byDefault("socket", family)).isEqualTo(allowed ? ALLOW : errno(EPERM));
    }

    @ParameterizedTest
    @CsvSource({
        "0, true",
        "8, true",
        "0x20000, true",
        "0x20008, true",
        "0xffffffff, true",
        "0x0040000, false"
    })
    void runtimeDefault_allowsPersonalitiesByValue(String persona, boolean allowed)
            throws IOException {
        assertThat(byDefault("personality", Long.decode(persona)))
                .isEqualTo(allowed ? ALLOW : errno(EPERM));
    }

    @Test
    void runtimeDefault_saysEnosysToCallsThatAreNewer() throws IOException {
        var machine = new FilterMachine(profiles.runtimeDefault(DEFAULT_CAPABILITIES));

        assertThat(machine.answer(HOST, 9_999)).isEqualTo(errno(ENOSYS));
        assertThat(machine.answer(HOST, 0x3fffffff)).isEqualTo(errno(ENOSYS));
    }

    @Test
    void runtimeDefault_coversTheOtherArchitecturesOfTheHost() throws IOException {
        assumeTrue(HOST == SeccompArchitecture.SCMP_ARCH_X86_64);
        var machine = new FilterMachine(profiles.runtimeDefault(DEFAULT_CAPABILITIES));

        assertThat(machine.answer(SCMP_ARCH_X86, 3)).isEqualTo(ALLOW); // read
        assertThat(machine.answer(SCMP_ARCH_X86, I386_SETHOSTNAME)).isEqualTo(errno(EPERM));
        assertThat(machine.answer(SCMP_ARCH_X86, 9_999)).isEqualTo(errno(ENOSYS));
        assertThat(machine.answer(SCMP_ARCH_X32, SeccompArchitecture.X32_BIT)).isEqualTo(ALLOW);
        // execve of x32 has a number above all of x86_64.
        assertThat(machine.answer(SCMP_ARCH_X32, SeccompArchitecture.X32_BIT | 520))
                .isEqualTo(ALLOW);
        assertThat(machine.answer(SCMP_ARCH_X32, SeccompArchitecture.X32_BIT | 165))
                .isEqualTo(errno(EPERM)); // mount
        assertThat(machine.answer(SCMP_ARCH_AARCH64, 63)).isEqualTo(KILL);
    }

    @Test
    void runtimeDefault_isCompiledOnce() throws IOException {
        assertThat(profiles.runtimeDefault(DEFAULT_CAPABILITIES))
                .isSameAs(profiles.runtimeDefault(DEFAULT_CAPABILITIES));
    }

    @Test
    void localhost_ofAProfileThatForbidsOneCall_forbidsIt() throws IOException {
        var file =
                write(
                        """
                        {"defaultAction": "SCMP_ACT_ALLOW",
                         "syscalls": [{"names": ["sethostname"], "action": "SCMP_ACT_ERRNO"}]}
                        """);

        var machine = new FilterMachine(profiles.localhost(file, DEFAULT_CAPABILITIES));

        assertThat(machine.answer(HOST, number("sethostname"))).isEqualTo(errno(EPERM));
        assertThat(machine.answer(HOST, number("mount"))).isEqualTo(ALLOW);
        assertThat(machine.answer(HOST, 9_999)).isEqualTo(ALLOW);
    }

    @Test
    void localhost_whenTheFileChanges_isCompiledAnew() throws IOException {
        var file = write("{\"defaultAction\": \"SCMP_ACT_ALLOW\"}");
        var before = profiles.localhost(file, 0);
        write("{\"defaultAction\": \"SCMP_ACT_KILL_PROCESS\"}");

        assertThat(profiles.localhost(file, 0)).isNotEqualTo(before);
        assertThat(new FilterMachine(profiles.localhost(file, 0)).answer(HOST, 0))
                .isEqualTo(0x80000000);
    }

    @Test
    void localhost_withConditions_decidesThemForThisContainer() throws IOException {
        var file =
                write(
                        """
                        {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 13,
                         "flags": ["SECCOMP_FILTER_FLAG_LOG"],
                         "syscalls": [
                           {"names": ["read", "no_such_call"], "action": "SCMP_ACT_ALLOW"},
                           {"names": ["mount"], "action": "SCMP_ACT_ALLOW",
                            "includes": {"caps": ["CAP_SYS_ADMIN"], "minKernel": "3.0"}},
                           {"names": ["bpf"], "action": "SCMP_ACT_ALLOW",
                            "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
                           {"names": ["sync"], "action": "SCMP_ACT_ALLOW",
                            "includes": {"minKernel": "99.0"}},
                           {"names": ["kill"], "action": "SCMP_ACT_ALLOW", "args": [
                             {"index": 0, "value": 7, "op": "SCMP_CMP_EQ"},
                             {"index": 1, "value": 15, "op": "SCMP_CMP_LE"}]}]}
                        """);

        var filter = profiles.localhost(file, Capability.CAP_SYS_ADMIN.bit());
        var machine = new FilterMachine(filter);

        assertThat(filter.flags()).isEqualTo(2);
        assertThat(machine.answer(HOST, number("read"))).isEqualTo(ALLOW);
        assertThat(machine.answer(HOST, number("mount"))).isEqualTo(ALLOW);
        assertThat(machine.answer(HOST, number("bpf"))).isEqualTo(errno(13));
        assertThat(machine.answer(HOST, number("sync"))).isEqualTo(errno(13));
        assertThat(machine.answer(HOST, number("kill"), 7, 15)).isEqualTo(ALLOW);
        assertThat(machine.answer(HOST, number("kill"), 7, 16)).isEqualTo(errno(13));
        assertThat(machine.answer(HOST, number("kill"), 8, 15)).isEqualTo(errno(13));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | defaultAction is missing",
                "[] | its content is not an object",
                "{ | it is not JSON",
                "{\"defaultAction\": \"ALLOW\"} | defaultAction 'ALLOW' is not one of",
                "{\"defaultAction\": \"SCMP_ACT_NOTIFY\"} | 'SCMP_ACT_NOTIFY' is not supported",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"read\"],"
                        + " \"action\": \"SCMP_ACT_NOTIFY\"}]} | syscalls[0].action"
                        + " 'SCMP_ACT_NOTIFY' is not supported",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"action\":"
                        + " \"SCMP_ACT_ERRNO\"}]} | syscalls[0].names is empty",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"read\"],"
                        + " \"action\": \"SCMP_ACT_ERRNO\", \"args\": [{\"index\": 9, \"op\":"
                        + " \"SCMP_CMP_EQ\"}]}]} | syscalls[0].args[0].index is not within",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"flags\": [\"FAST\"]} | flags 'FAST'",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": {}} | syscalls is not a"
            })
    void localhost_ofAWrongProfile_namesFileAndField(String content, String message)
            throws IOException {
        var file = write(content);

        assertThatThrownBy(() -> profiles.localhost(file, 0))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void localhost_ofAMissingFile_saysSo() {
        var file = directory.resolve("none.json");

        assertThatThrownBy(() -> profiles.localhost(file, 0))
                .isInstanceOf(RuntimeFault.class)
                .hasMessageContaining(file + ": there is no such file on this node");
    }

    @Test
    void runtimeDefault_withoutTheLibrary_saysWhatToInstall() {
        var without = new SeccompProfiles(Optional.empty(), LinuxSyscalls.load());

        assertThatThrownBy(() -> without.runtimeDefault(0))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.UNSUPPORTED))
                .hasMessageContaining("apt-get install libseccomp2");
    }

    private int byDefault(String name, long... arguments) throws IOException {
        var machine = new FilterMachine(profiles.runtimeDefault(DEFAULT_CAPABILITIES));
        return machine.answer(HOST, number(name), arguments);
    }

    private int number(String name) {
        return library.resolveOn(HOST.token(), name).orElseThrow();
    }

    private Path write(String content) throws IOException {
        return Files.writeString(directory.resolve("profile.json"), content);
    }
}
