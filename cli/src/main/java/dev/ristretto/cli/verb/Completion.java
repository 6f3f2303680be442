// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Session;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

@Command(
        name = "completion",
        description = {
            "Print the shell's completion of this command.",
            "Bash: ristretto completion bash > /etc/bash_completion.d/ristretto",
            "Zsh: add 'source <(ristretto completion zsh)' to ~/.zshrc"
        },
        footer = {"ristretto completion bash", "ristretto completion zsh"})
final class Completion implements Callable<Integer> {
    private final Session session;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "0..1",
            paramLabel = "SHELL",
            defaultValue = "bash",
            description = "bash (default) or zsh.")
    private Shell shell = Shell.BASH;

    /** Both read the same script: it turns on zsh's understanding of bash's when it runs there. */
    enum Shell {
        BASH,
        ZSH
    }

    Completion(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var root = spec.root().commandLine();
        if (shell == Shell.ZSH) {
            session.out().println("autoload -U +X compinit && compinit");
        }
        session.out().print(AutoComplete.bash(root.getCommandName(), root));
        return 0;
    }
}
