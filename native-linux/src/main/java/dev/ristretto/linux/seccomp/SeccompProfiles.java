// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.seccomp;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SeccompLibrary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The filters of containers. Compiling takes some milliseconds, so each profile is compiled once
 * for each set of capabilities and kept by its hash. Safe from any thread.
 */
public final class SeccompProfiles {
    private static final String DEFAULT = "RuntimeDefault";
    private static final String DEFAULT_RESOURCE = "default-profile.json";

    /** A file that is longer is no profile. */
    private static final int LONGEST_FILE_BYTES = 4 << 20;

    /** A node has a few profiles; whoever writes new ones without end pays with compiling them. */
    private static final int KEPT = 256;

    private final ConcurrentHashMap<String, SeccompFilter> kept = new ConcurrentHashMap<>();
    private final Optional<FilterCompiler> compiler;

    /** With the library of this host, if it is there; it is asked for only when it is needed. */
    public SeccompProfiles(LinuxSyscalls linux) {
        this(SeccompLibrary.load(), linux);
    }

    SeccompProfiles(Optional<SeccompLibrary> library, LinuxSyscalls linux) {
        this.compiler = library.map(loaded -> new FilterCompiler(loaded, linux));
    }

    /** Whether there is a library to compile profiles with. */
    public boolean available() {
        return compiler.isPresent();
    }

    /**
     * The filter of a container that asks for no profile of its own: what is not known to be
     * harmless in a container answers EPERM. The calls that a capability is for are allowed to who
     * has it.
     *
     * @param capabilities the bounding set of the container
     * @throws RuntimeFault {@code UNSUPPORTED} if libseccomp is not installed
     */
    public SeccompFilter runtimeDefault(long capabilities) throws IOException {
        var known = kept.get(key(DEFAULT, capabilities));
        if (known != null) {
            return known;
        }
        try (var resource = SeccompProfiles.class.getResourceAsStream(DEFAULT_RESOURCE)) {
            if (resource == null) {
                throw new IOException(DEFAULT_RESOURCE + " is missing from the application");
            }
            return compile(DEFAULT, DEFAULT, resource.readAllBytes(), capabilities);
        }
    }

    /**
     * The filter of a profile on this node, an OCI seccomp profile in JSON. The file is read each
     * time; compiled only if its content or the capabilities are new.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} naming the file, and the field if the profile
     *     is not valid; {@code UNSUPPORTED} if libseccomp is not installed
     */
    public SeccompFilter localhost(Path file, long capabilities) throws IOException {
        try {
            var content = read(file);
            var hash = sha256(content);
            var known = kept.get(key(hash, capabilities));
            return known != null ? known : compile(hash, file.toString(), content, capabilities);
        } catch (NoSuchFileException e) {
            throw RuntimeFault.invalidArgument(
                    "read seccomp profile %s: there is no such file on this node", file);
        }
    }

    private static byte[] read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var content = in.readNBytes(LONGEST_FILE_BYTES + 1);
            if (content.length > LONGEST_FILE_BYTES) {
                throw RuntimeFault.invalidArgument(
                        "read seccomp profile %s: it is longer than %d bytes",
                        file, LONGEST_FILE_BYTES);
            }
            return content;
        }
    }

    private SeccompFilter compile(String hash, String name, byte[] content, long capabilities)
            throws IOException {
        var installed =
                compiler.orElseThrow(
                        () ->
                                RuntimeFault.unsupported(
                                        "compile seccomp profile %s: libseccomp.so.2 is not"
                                                + " installed; apt-get install libseccomp2",
                                        name));
        var profile = ProfileJson.parse(name, content, ProfileHost.current(capabilities));
        var filter = installed.compile(name, profile);
        if (kept.size() >= KEPT) {
            kept.clear();
        }
        kept.put(key(hash, capabilities), filter);
        return filter;
    }

    private static String key(String hash, long capabilities) {
        return hash + " " + Long.toHexString(capabilities);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
