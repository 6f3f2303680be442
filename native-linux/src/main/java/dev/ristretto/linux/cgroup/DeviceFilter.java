// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.BpfSyscalls;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;

import java.util.List;

/** The program on a v2 cgroup that decides about devices. It goes with the cgroup. */
final class DeviceFilter {
    private static final String NAME = "ristretto_dev";
    private static final int TYPE = BpfSyscalls.BPF_CGROUP_DEVICE;

    private final LinuxSyscalls linux;

    DeviceFilter(LinuxSyscalls linux) {
        this.linux = linux;
    }

    static DeviceFilter load() {
        return new DeviceFilter(LinuxSyscalls.load());
    }

    /**
     * Has the rules hold in place of whatever this cgroup had. While two programs are there both
     * have to allow, so that nothing is ever open that the old and the new rules forbid. One more
     * may be attached further down, as a systemd in a container does.
     */
    void replace(CgroupDirectory cgroup, DeviceRules rules) throws CgroupException {
        int flags = FileFlags.O_RDONLY | FileFlags.O_DIRECTORY;
        try (var directory = Fd.open(linux, cgroup.path(), flags)) {
            var old = linux.bpfProgQuery(directory.number(), TYPE);
            if (!rules.allowAll()) {
                attach(directory, rules);
            }
            detach(directory, old);
        } catch (SyscallException e) {
            throw new CgroupException(
                    "restrict the devices of cgroup %s: %s; it needs CONFIG_CGROUP_BPF, and CAP_BPF"
                                    .formatted(cgroup.path(), e.getMessage())
                            + " and CAP_NET_ADMIN or CAP_SYS_ADMIN",
                    e);
        }
    }

    private void attach(Fd directory, DeviceRules rules) throws SyscallException {
        int type = BpfSyscalls.BPF_PROG_TYPE_CGROUP_DEVICE;
        var code = DeviceProgram.of(rules);
        try (var program = Fd.owned(linux, linux.bpfProgLoad(type, code, NAME))) {
            int flags = BpfSyscalls.BPF_F_ALLOW_MULTI;
            linux.bpfProgAttach(directory.number(), program.number(), TYPE, flags);
        }
    }

    private void detach(Fd directory, List<Integer> programs) throws SyscallException {
        for (int id : programs) {
            try (var program = Fd.owned(linux, linux.bpfProgGetFdById(id))) {
                linux.bpfProgDetach(directory.number(), program.number(), TYPE);
            }
        }
    }
}
