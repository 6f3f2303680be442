// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.shim.Failures;
import dev.ristretto.runtime.shim.Program;
import dev.ristretto.runtime.shim.Zygote;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;

class UserNamespaceProbeTest {
    private static final int EINVAL = 22;

    @Test
    void whatFailsAtItsLastStepOnly_works() throws IOException {
        var ran = new ArrayList<Program>();

        var support =
                probe(
                        (_, _, program) -> {
                            ran.add(program);
                            throw Failures.at(program, program.operations().size() - 1, EINVAL);
                        });

        assertThat(support).isEqualTo(UserNamespaceSupport.WORKS);
        assertThat(support.works()).isTrue();
        assertThat(ran).hasSize(1);
    }

    @Test
    void whatFailsBefore_saysWhatIsMissing() throws IOException {
        var support =
                probe(
                        (_, _, program) -> {
                            throw Failures.at(program, 4, EINVAL);
                        });

        assertThat(support.works()).isFalse();
        assertThat(support.missing())
                .startsWith("id-map mount /var/lib/ristretto/layers: Invalid argument (EINVAL);")
                .contains("cannot be id-mapped");
    }

    @Test
    void aZygoteThatDoesNotAnswer_meansThatNobodyKnows() throws IOException {
        var support =
                probe(
                        (_, _, _) -> {
                            throw RuntimeFault.busy("the zygote does not answer");
                        });

        assertThat(support.missing()).isEqualTo("the zygote does not answer");
    }

    private static UserNamespaceSupport probe(Zygote zygote) throws IOException {
        return new UserNamespaceProbe(zygote)
                .probe(Path.of("/var/lib/ristretto/layers"), Path.of("/run/ristretto"));
    }
}
