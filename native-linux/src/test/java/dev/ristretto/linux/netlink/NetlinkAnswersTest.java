// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.syscall.Errno;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

final class NetlinkAnswersTest {
    private static final int ERROR = NetlinkMessage.NLMSG_ERROR;

    @Test
    void acknowledgement_isNoRefusal() throws IOException {
        var message =
                only(
                        "24000000020000010100000000000000"
                                + "0000000020000000100005000100000000000000");

        assertThatCode(() -> KernelAnswer.of(message).throwIfRefused("do"))
                .doesNotThrowAnyException();
    }

    @Test
    void refusal_carriesTheKernelsWords() throws IOException {
        var words = "Nexthop has invalid gateway";
        var answer =
                new MessageWriter(ERROR, 0x300)
                        .u32(-Errno.ENETUNREACH.number())
                        .u32(0x2c)
                        .u32(0)
                        .u32(0)
                        .u32(0)
                        .attributeString(1, words);

        var message = split(answer.finish(7)).getFirst();

        assertThatThrownBy(() -> KernelAnswer.of(message).throwIfRefused("add route 10.0.0.0/8"))
                .isInstanceOf(NetlinkException.class)
                .hasMessage(
                        "add route 10.0.0.0/8: Network is unreachable (ENETUNREACH); kernel: "
                                + words);
    }

    @Test
    void refusal_thatRepeatsTheWholeRequest_isReadPastIt() throws IOException {
        var answer =
                new MessageWriter(ERROR, 0x200)
                        .u32(-Errno.EINVAL.number())
                        .u32(MessageWriter.HEADER + 8)
                        .u32(0)
                        .u32(0)
                        .u32(0)
                        .u32(0x01020304)
                        .u32(0x05060708)
                        .attributeString(1, "no");

        assertThat(KernelAnswer.of(split(answer.finish(7)).getFirst()))
                .isEqualTo(new KernelAnswer(Errno.EINVAL.number(), "no"));
    }

    @Test
    void refusal_withoutWords_isItsErrno() throws IOException {
        var answer = new MessageWriter(ERROR, 0).u32(-Errno.EPERM.number());
        var message = split(answer.finish(1)).getFirst();

        assertThatThrownBy(() -> KernelAnswer.of(message).throwIfRefused("delete link 3"))
                .hasMessage("delete link 3: Operation not permitted (EPERM)");
    }

    @Test
    void attributes_ofOddLength_areReadToTheLast() throws IOException {
        var message =
                new MessageWriter(16, 0)
                        .attributeString(3, "vethA")
                        .attributeU8(4, 200)
                        .attributeU32(5, -1)
                        .finish(1);

        var attributes = split(message).getFirst().attributesAfter(0);

        assertThat(attributes.string(3)).contains("vethA");
        assertThat(attributes.u8(4)).hasValue(200);
        assertThat(attributes.u32(5)).hasValue(-1);
        assertThat(attributes.u32(4)).as("too short for a number").isEmpty();
        assertThat(attributes.string(6)).isEmpty();
    }

    @Test
    void lengthBeyondTheDatagram_isRefused() {
        assertThatThrownBy(() -> only("30000000020000010100000000000000"))
                .isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> only("04000000020000010100000000000000"))
                .isInstanceOf(MalformedMessageException.class);
    }

    /** Whatever arrives, reading ends, and with nothing but our own exception. */
    @Test
    void randomBytes_areReadOrRefused() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var valid = new MessageWriter(16, 2).u32(0).u32(1).u32(0).u32(0).attributeString(3, "lo");
        for (int round = 0; round < 20_000; round++) {
            var bytes = valid.finish(1);
            for (int i = 0; i < 3; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertThatCode(() -> readAll(bytes))
                    .as("seed %d: %s", seed, HexFormat.of().formatHex(bytes))
                    .satisfiesAnyOf(
                            failure -> assertThat(failure).isNull(),
                            failure ->
                                    assertThat(failure)
                                            .isInstanceOf(MalformedMessageException.class));
        }
    }

    private static void readAll(byte[] bytes) throws IOException {
        for (var message : split(bytes)) {
            LinkMessages.decode(message);
        }
    }

    private static NetlinkMessage only(String hex) throws IOException {
        var messages = split(HexFormat.of().parseHex(hex.replace(" ", "")));
        assertThat(messages).hasSize(1);
        return messages.getFirst();
    }

    private static List<NetlinkMessage> split(byte[] bytes) throws IOException {
        return NetlinkMessage.split(ByteBuffer.wrap(bytes));
    }

    @Test
    void operStates_areNumberedAsTheKernelDoes() {
        assertThat(OperState.of(2)).isEqualTo(OperState.DOWN);
        assertThat(OperState.of(6)).isEqualTo(OperState.UP);
        assertThat(OperState.of(7)).isEqualTo(OperState.UNKNOWN);
    }

    @Test
    void names_areThoseTheKernelTakes() {
        assertThat("eth0 br-1 a.b rst_0123456789a".split(" ")).allMatch(Link::isValidName);
        assertThat(new String[] {"", ".", "..", "a/b", "a b", "a:1", "sixteen-letters-", "é"})
                .noneMatch(Link::isValidName);
    }
}
