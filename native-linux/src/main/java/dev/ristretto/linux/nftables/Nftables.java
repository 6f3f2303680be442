// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.nftables;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.ristretto.linux.syscall.LinuxSyscalls;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs nft(8) commands in the network namespace of the thread that opened it. Safe from any thread,
 * one call at a time: a libnftables context is not. A call takes about a millisecond and pins a
 * virtual thread for it.
 */
public final class Nftables implements AutoCloseable {
    private static final String LIBRARY = "libnftables.so.1";
    private static final int NFT_CTX_DEFAULT = 0;

    static {
        // As linux.syscall does, and for its reason: a native executable cannot make classes.
        System.setProperty("jnr.ffi.asm.enabled", "false");
    }

    private final LibNftables library;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private @Nullable Pointer context;

    private Nftables(LibNftables library, Pointer context) {
        this.library = library;
        this.context = context;
    }

    /**
     * Loads the library and opens a context.
     *
     * @throws NftablesException if the library or the kernel's part is not there; the message names
     *     the Debian package or the kernel's option
     */
    public static Nftables open(LinuxSyscalls linux) throws NftablesException {
        NetfilterProbe.requireNfTables(linux);
        var library = load();
        var context = library.nft_ctx_new(NFT_CTX_DEFAULT);
        if (context == null) {
            throw new NftablesException("open nftables: libnftables gave no context", null);
        }
        if (library.nft_ctx_buffer_output(context) != 0
                || library.nft_ctx_buffer_error(context) != 0) {
            library.nft_ctx_free(context);
            throw new NftablesException("open nftables: no memory for its buffers", null);
        }
        return new Nftables(library, context);
    }

    /**
     * Runs commands, for example {@code add table inet x}, as one transaction: all or none.
     *
     * @return what they printed
     * @throws NftablesException with libnftables' own words
     */
    public String run(String commands) throws NftablesException {
        lock.lock();
        try {
            var open = context;
            if (open == null) {
                throw new NftablesException("run nft commands: closed", null);
            }
            if (library.nft_run_cmd_from_buffer(open, commands) != 0) {
                throw new NftablesException(
                        "run nft commands: " + summary(library.nft_ctx_get_error_buffer(open)),
                        null);
            }
            var output = library.nft_ctx_get_output_buffer(open);
            return output == null ? "" : output;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            var open = context;
            if (open != null) {
                context = null;
                library.nft_ctx_free(open);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The first line says what is wrong and the second quotes the command; the rest are marks. */
    static String summary(@Nullable String errors) {
        if (errors == null || errors.isBlank()) {
            return "libnftables did not say why";
        }
        var lines = errors.lines().map(String::strip).limit(2).toList();
        return String.join(" in: ", lines);
    }

    private static LibNftables load() throws NftablesException {
        try {
            return LibraryLoader.create(LibNftables.class).failImmediately().load(LIBRARY);
        } catch (UnsatisfiedLinkError e) {
            throw new NftablesException(
                    "load %s: it is not installed; apt-get install libnftables1".formatted(LIBRARY),
                    e);
        }
    }
}
