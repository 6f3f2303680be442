// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import dev.ristretto.linux.syscall.Errno;

/**
 * The end of an answer: {@code NLMSG_ERROR} (with error 0 the acknowledgement) or {@code
 * NLMSG_DONE}.
 *
 * @param error 0 or the positive error number
 * @param words the kernel's explanation, empty if it gives none
 */
record KernelAnswer(int error, String words) {
    private static final int NLM_F_CAPPED = 0x100;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLMSGERR_ATTR_MSG = 1;

    static KernelAnswer of(NetlinkMessage message) throws MalformedMessageException {
        var payload = message.payload();
        if (payload.limit() < Integer.BYTES) {
            throw new MalformedMessageException("error", payload.limit(), Integer.BYTES);
        }
        int error = -payload.getInt(0);
        if ((message.flags() & NLM_F_ACK_TLVS) == 0) {
            return new KernelAnswer(error, "");
        }
        var words = message.attributesAfter(bodyLength(message)).string(NLMSGERR_ATTR_MSG);
        return new KernelAnswer(error, words.orElse(""));
    }

    void throwIfRefused(String action) throws NetlinkException {
        if (error != 0) {
            throw new NetlinkException(action, Errno.of(error), words);
        }
    }

    /** NLMSG_DONE has only the error; NLMSG_ERROR repeats the request, or only its header. */
    private static int bodyLength(NetlinkMessage message) throws MalformedMessageException {
        if (message.type() == NetlinkMessage.NLMSG_DONE) {
            return Integer.BYTES;
        }
        int capped = Integer.BYTES + MessageWriter.HEADER;
        if ((message.flags() & NLM_F_CAPPED) != 0) {
            return capped;
        }
        if (message.payload().limit() < capped) {
            throw new MalformedMessageException("error", capped, message.payload().limit());
        }
        return Integer.BYTES + NetlinkMessage.aligned(message.payload().getInt(Integer.BYTES));
    }
}
