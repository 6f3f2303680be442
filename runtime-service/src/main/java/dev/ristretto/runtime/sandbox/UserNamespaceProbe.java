// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.mount.MountAttr;
import dev.ristretto.linux.mount.MountConstants;
import dev.ristretto.linux.mount.MountFlag;
import dev.ristretto.linux.syscall.ProcessFlags;
import dev.ristretto.runtime.shim.PodException;
import dev.ristretto.runtime.shim.Program;
import dev.ristretto.runtime.shim.ShimException;
import dev.ristretto.runtime.shim.ShimFailureText;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.shim.Zygote;
import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Tries a user namespace and everything that a pod with one needs of the kernel and of the file
 * systems: in a pod whose program ends in a step that no kernel takes, so that nothing is left. A
 * JVM cannot try it itself, since its threads share what a user namespace must not be shared by.
 */
public final class UserNamespaceProbe {
    private static final PodSandboxId NOBODY = new PodSandboxId("0".repeat(64));
    private static final List<Long> MAPPINGS = List.of(0L, 65_536L, 65_536L);

    private final Zygote zygote;

    public UserNamespaceProbe(Zygote zygote) {
        this.zygote = zygote;
    }

    /**
     * Tries it; takes a few milliseconds.
     *
     * @param layers the directory of the images' layers, which containers see id-mapped
     * @param runDir another directory, which exists
     */
    public UserNamespaceSupport probe(Path layers, Path runDir) throws IOException {
        var program = program(layers.toString(), runDir.toString());
        try {
            zygote.createPod(NOBODY, runDir, Program.of(program));
        } catch (ShimException e) {
            return e.step() == program.size() - 1
                    ? UserNamespaceSupport.WORKS
                    : new UserNamespaceSupport(ShimFailureText.text(e));
        } catch (PodException e) {
            return new UserNamespaceSupport(ShimFailureText.text(e));
        } catch (RuntimeFault e) {
            return new UserNamespaceSupport(String.valueOf(e.getMessage()));
        }
        throw new IllegalStateException("a probe has become a pod");
    }

    private static List<ShimOp> program(String layers, String runDir) {
        long mapped = MountAttr.MOUNT_ATTR_IDMAP.bit();
        return List.of(
                new ShimOp.PodUserNamespace(ProcessFlags.CLONE_NEWIPC, MAPPINGS, MAPPINGS),
                // Secrets and tokens are on one.
                new ShimOp.Fsmount(1, "tmpfs", List.of(), 0),
                new ShimOp.MountSetattr(1, 0, mapped, 0, 0),
                new ShimOp.OpenTree(2, layers, MountConstants.OPEN_TREE_CLONE),
                new ShimOp.MountSetattr(2, 0, mapped, 0, 0),
                new ShimOp.Unshare(ProcessFlags.CLONE_NEWNS),
                new ShimOp.Mount(
                        "", "/", "", MountFlag.MS_REC.bit() | MountFlag.MS_PRIVATE.bit(), ""),
                new ShimOp.MoveMount(2, 0, layers),
                new ShimOp.Mount(
                        "overlay",
                        runDir,
                        "overlay",
                        MountFlag.MS_RDONLY.bit(),
                        "lowerdir=%s:%s".formatted(layers, runDir)),
                new ShimOp.PodMounts(0),
                new ShimOp.SetnsPod(0));
    }
}
