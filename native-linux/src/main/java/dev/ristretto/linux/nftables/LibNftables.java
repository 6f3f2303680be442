// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.nftables;

import jnr.ffi.Pointer;

import org.jspecify.annotations.Nullable;

/** The functions of {@code libnftables.so.1}, as libnftables(3) names them. */
interface LibNftables {
    /** Allocates a context and opens its netlink socket, in the calling thread's namespace. */
    @Nullable Pointer nft_ctx_new(int flags);

    /** Frees a context. */
    void nft_ctx_free(Pointer context);

    /** Keeps output in a buffer that each run starts anew. */
    int nft_ctx_buffer_output(Pointer context);

    /** Keeps errors in a buffer that each run starts anew. */
    int nft_ctx_buffer_error(Pointer context);

    /** The output of the last run. */
    @Nullable String nft_ctx_get_output_buffer(Pointer context);

    /** The errors of the last run. */
    @Nullable String nft_ctx_get_error_buffer(Pointer context);

    /** Runs the commands in one transaction: 0 if all were done, else none was. */
    int nft_run_cmd_from_buffer(Pointer context, String commands);
}
