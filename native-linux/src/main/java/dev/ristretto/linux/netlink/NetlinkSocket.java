// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import static dev.ristretto.linux.syscall.SocketFlags.AF_NETLINK;
import static dev.ristretto.linux.syscall.SocketFlags.MSG_TRUNC;
import static dev.ristretto.linux.syscall.SocketFlags.NETLINK_CAP_ACK;
import static dev.ristretto.linux.syscall.SocketFlags.NETLINK_EXT_ACK;
import static dev.ristretto.linux.syscall.SocketFlags.NETLINK_GET_STRICT_CHK;
import static dev.ristretto.linux.syscall.SocketFlags.SOCK_CLOEXEC;
import static dev.ristretto.linux.syscall.SocketFlags.SOCK_RAW;
import static dev.ristretto.linux.syscall.SocketFlags.SOL_NETLINK;
import static dev.ristretto.linux.syscall.SocketFlags.SOL_SOCKET;
import static dev.ristretto.linux.syscall.SocketFlags.SO_RCVTIMEO;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Carries requests to the kernel and its answers back, one request at a time. */
final class NetlinkSocket implements AutoCloseable {
    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_ACK = 0x4;
    static final int NLM_F_DUMP_INTR = 0x10;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_REPLACE = 0x100;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;

    /** The kernel fills a dump's datagrams up to 32 KiB if so much is asked for. */
    private static final int DUMP_DATAGRAM = 32768;

    /** One object or an acknowledgement: the kernel makes them fit into a page or two. */
    private static final int DATAGRAM = 8192;

    /** The kernel answers before send(2) returns: so long a wait is a broken kernel. */
    private static final int ANSWER_SECONDS = 10;

    private static final int DUMP_ATTEMPTS = 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinuxSyscalls linux;
    private final Fd fd;
    private final int port;

    @GuardedBy("lock")
    private int sequence;

    private NetlinkSocket(LinuxSyscalls linux, Fd fd) throws SyscallException {
        this.linux = linux;
        this.fd = fd;
        this.port = bind();
    }

    /**
     * Opens one in the calling thread's network namespace.
     *
     * @param protocol {@code NETLINK_*}
     */
    static NetlinkSocket open(LinuxSyscalls linux, int protocol) throws IOException {
        var fd = Fd.owned(linux, linux.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
        try {
            return new NetlinkSocket(linux, fd);
        } catch (IOException | RuntimeException e) {
            try {
                fd.close();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    /**
     * Sends a request and gathers what answers it.
     *
     * @param action what it is for, the first words of the exception's message
     */
    List<NetlinkMessage> request(String action, MessageWriter message) throws IOException {
        return gather(action, message, DATAGRAM);
    }

    /**
     * Sends changes in one datagram, which the kernel makes one after the other. It makes the later
     * ones even if one before was refused.
     *
     * @throws NetlinkException the first refusal
     */
    void change(List<Change> changes) throws IOException {
        lock.lock();
        try {
            int first = sequence + 1;
            var datagram = new ByteArrayOutputStream();
            for (var change : changes) {
                datagram.writeBytes(change.message().finish(++sequence));
            }
            linux.send(fd.number(), ByteBuffer.wrap(datagram.toByteArray()), 0);
            receiveAnswers(changes, first);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends a request and hands on what answers it, piece by piece: for answers of any length. The
     * reader makes no request of its own.
     */
    void dump(String action, MessageWriter message, Reader reader) throws IOException {
        lock.lock();
        try {
            exchange(action, message, DUMP_DATAGRAM, reader);
        } finally {
            lock.unlock();
        }
    }

    /** Asks for all objects of a kind, again if they changed meanwhile. */
    List<NetlinkMessage> dump(String action, MessageWriter message) throws IOException {
        for (int attempt = 1; attempt < DUMP_ATTEMPTS; attempt++) {
            var answers = gather(action, message, DUMP_DATAGRAM);
            if (answers.stream().allMatch(answer -> (answer.flags() & NLM_F_DUMP_INTR) == 0)) {
                return answers;
            }
        }
        throw new NetlinkException(
                action, Errno.EINTR, "changed during each of %d dumps".formatted(DUMP_ATTEMPTS));
    }

    @Override
    public void close() throws SyscallException {
        fd.close();
    }

    private int bind() throws SyscallException {
        int number = fd.number();
        linux.setsockopt(number, SOL_NETLINK, NETLINK_EXT_ACK, 1);
        linux.setsockopt(number, SOL_NETLINK, NETLINK_CAP_ACK, 1);
        linux.setsockopt(number, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
        var patience = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
        linux.setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, patience.putLong(ANSWER_SECONDS).array());
        // struct sockaddr_nl: family, padding, port chosen by the kernel, no groups.
        var address = ByteBuffer.allocate(12).order(ByteOrder.nativeOrder());
        linux.bind(number, address.putShort((short) AF_NETLINK).array());
        return ByteBuffer.wrap(linux.getsockname(number)).order(ByteOrder.nativeOrder()).getInt(4);
    }

    private List<NetlinkMessage> gather(String action, MessageWriter message, int datagram)
            throws IOException {
        var answers = new ArrayList<NetlinkMessage>();
        lock.lock();
        try {
            exchange(action, message, datagram, answers::add);
        } finally {
            lock.unlock();
        }
        return List.copyOf(answers);
    }

    /** Reads until every change has its answer, so that none is left over. */
    private void receiveAnswers(List<Change> changes, int first) throws IOException {
        NetlinkException refusal = null;
        int answered = 0;
        while (answered < changes.size()) {
            for (var answer : receive(DATAGRAM)) {
                int which = answer.sequence() - first;
                boolean ours = answer.port() == port && which >= 0 && which < changes.size();
                if (!ours || answer.type() != NetlinkMessage.NLMSG_ERROR) {
                    continue;
                }
                answered++;
                try {
                    KernelAnswer.of(answer).throwIfRefused(changes.get(which).action());
                } catch (NetlinkException e) {
                    refusal = refusal == null ? e : refusal;
                }
            }
        }
        if (refusal != null) {
            throw refusal;
        }
    }

    @GuardedBy("lock")
    private void exchange(String action, MessageWriter message, int datagram, Reader reader)
            throws IOException {
        sequence++;
        linux.send(fd.number(), ByteBuffer.wrap(message.finish(sequence)), 0);
        while (true) {
            for (var answer : receive(datagram)) {
                if (answer.port() != port || answer.sequence() != sequence) {
                    continue; // left over from a request whose answer could not be read
                }
                if (answer.type() == NetlinkMessage.NLMSG_ERROR
                        || answer.type() == NetlinkMessage.NLMSG_DONE) {
                    KernelAnswer.of(answer).throwIfRefused(action);
                    return;
                }
                reader.read(answer);
            }
        }
    }

    private List<NetlinkMessage> receive(int size) throws IOException {
        var datagram = ByteBuffer.allocate(size);
        int length = linux.recv(fd.number(), datagram, MSG_TRUNC);
        if (length > size) {
            throw new MalformedMessageException("datagram", length, size);
        }
        return NetlinkMessage.split(datagram.flip());
    }

    /**
     * A request that is only acknowledged.
     *
     * @param action what it is for, the first words of the exception's message
     * @param message the request
     */
    record Change(String action, MessageWriter message) {}

    /** Takes an answer. */
    @FunctionalInterface
    interface Reader {
        void read(NetlinkMessage message) throws IOException;
    }
}
