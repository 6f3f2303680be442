// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

class ProgramTest {
    @Test
    void encoding_isTheOneOfTheWirePage() {
        var program =
                Program.of(
                        List.of(
                                new ShimOp.Sethostname("h\u00fc"),
                                new ShimOp.SetUser(1000, 4294967294L, List.of(5L)),
                                new ShimOp.OomScoreAdj(-998)));

        var bytes = new byte[program.encodedBytes()];
        program.encoded().get(bytes);

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(
                        "03000000"
                                + ("0900" + "0000" + "08000000" + "03000000" + "68c3bc" + "00")
                                + ("2d00" + "0000" + "1c000000")
                                + ("e803000000000000" + "feffffff00000000")
                                + ("01000000" + "0500000000000000")
                                + ("2900" + "0000" + "08000000" + "1afcffffffffffff"));
    }

    @Test
    void names_thatAreNotUtf8_keepTheirBytes() {
        var bytes = Program.of(List.of(new ShimOp.Chdir("/\udcff"))).encoded();

        assertThat(bytes.get(17)).isEqualTo((byte) 0xff);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1024, Integer.MAX_VALUE})
    void slots_outOfRange_areAFaultOfThePlan(int slot) {
        assertThatThrownBy(() -> Program.of(List.of(new ShimOp.PivotRoot(slot))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Program.of(List.of(new ShimOp.Mask(slot, "/x"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void slot0_isARootButNoSlot() {
        assertThat(Program.of(List.of(new ShimOp.Mask(0, "/x"))).operations()).hasSize(1);
        assertThatThrownBy(() -> Program.of(List.of(new ShimOp.PivotRoot(0))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nul_inTheEnvironment_namesTheVariableAndNotItsValue() {
        assertInvalid(
                exec(List.of("x"), List.of("A=b", "TOKEN=secret\0more")),
                "prepare process: environment variable 'TOKEN' contains a NUL byte (EINVAL)");
    }

    @Test
    void nul_inTheCommand_namesTheArgument() {
        assertInvalid(
                exec(List.of("x", "y\0"), List.of()),
                "prepare process: argument 1 of the command contains a NUL byte (EINVAL)");
    }

    @Test
    void nul_inAPath_showsIt() {
        assertInvalid(
                new ShimOp.MoveMount(1, 2, "/a\0b"),
                "prepare process: MOVE_MOUNT MoveMount[slot=1, root=2, path=/a\\0b] contains a NUL"
                        + " byte (EINVAL)");
    }

    @Test
    void commandThatIsTooLong_isNamed() {
        var environment = new ArrayList<String>();
        for (int i = 0; i < 90; i++) {
            environment.add("V%02d=%s".formatted(i, "x".repeat(100_000)));
        }

        assertInvalid(
                exec(List.of("x"), environment),
                "prepare process: too long: command and environment take 9000851 of 9000851 bytes"
                        + " (E2BIG); at most 8323072 in all");
    }

    @Test
    void mountOption_thatFsconfigCuts_isNamed() {
        var directory = "/" + "d".repeat(255);

        assertInvalid(
                new ShimOp.Fsmount(1, "overlay", List.of("volatile", "lowerdir+=" + directory), 0),
                "mount overlay: option lowerdir+ is 256 bytes long (EINVAL); fsconfig(2) takes 255:"
                        + " use a shorter stateDir");
    }

    private static ShimOp exec(List<String> argv, List<String> envp) {
        return new ShimOp.Exec(List.of("/bin/x"), argv, envp);
    }

    private static void assertInvalid(ShimOp operation, String message) {
        assertThatThrownBy(() -> Program.of(List.of(operation)))
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.INVALID_ARGUMENT))
                .hasMessage(message);
    }
}
