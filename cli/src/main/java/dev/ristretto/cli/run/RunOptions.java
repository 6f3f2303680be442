// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.run;

import dev.ristretto.cli.session.CommandWords;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import runtime.v1.Mount;
import runtime.v1.PortMapping;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What {@code run} is told about pod and container. */
final class RunOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Name of pod and container; one is made of the image's if not given.")
    private String name = "";

    @Option(
            names = {"-e", "--env"},
            paramLabel = "KEY[=VALUE]",
            description = "Environment variable; without a value it is taken from here.")
    private final List<String> envs = new ArrayList<>();

    @Option(
            names = {"-v", "--volume"},
            paramLabel = "HOST:CONTAINER[:ro]",
            converter = MountConverter.class,
            description = "Bind mount of a path of this host.")
    private final List<Mount> mounts = new ArrayList<>();

    @Option(
            names = {"-p", "--publish"},
            paramLabel = "[IP:]HOST:CONTAINER[/PROTOCOL]",
            converter = PortConverter.class,
            description = "Port of this host that leads to the pod's.")
    private final List<PortMapping> ports = new ArrayList<>();

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "Label of pod and container.")
    private final Map<String, String> labels = new LinkedHashMap<>();

    @Option(names = "--host-network", description = "Use this host's network, none of its own.")
    private boolean hostNetwork;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            defaultValue = "0",
            description = "Memory limit: bytes, or with k, m or g.")
    private long memoryBytes;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            defaultValue = "0",
            description = "CPU limit in cores, as 0.5.")
    private double cpus;

    @Option(
            names = "--cgroup-parent",
            paramLabel = "PATH",
            defaultValue = "",
            description = "Cgroup of the pod's cgroup; the runtime's default if not given.")
    private String cgroupParent = "";

    @Option(
            names = "--user",
            paramLabel = "USER[:GID]",
            converter = UserConverter.class,
            description = "Name or uid, with a gid if wanted; the image's if not given.")
    private UserSpec user = UserSpec.OF_IMAGE;

    @Option(
            names = "--workdir",
            paramLabel = "DIRECTORY",
            defaultValue = "",
            description = "Working directory; the image's if not given.")
    private String workingDir = "";

    @Option(names = "--read-only", description = "The root file system cannot be written to.")
    private boolean readOnly;

    @Option(
            names = "--entrypoint",
            paramLabel = "PROGRAM",
            defaultValue = "",
            description = "Program in place of the image's entrypoint.")
    private String entrypoint = "";

    @Parameters(index = "0", paramLabel = "IMAGE", description = "Name or id.")
    private String image = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "Arguments, in place of the image's.")
    private final List<String> command = new ArrayList<>();

    RunRequest request() {
        if (hostNetwork && !ports.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--publish has nothing to lead to with --host-network: the ports are this"
                            + " host's");
        }
        return new RunRequest(
                image,
                entrypoint.isEmpty() ? List.of() : List.of(entrypoint),
                CommandWords.of(command),
                envs.stream().map(env -> Specs.env(env, System.getenv())).toList(),
                mounts,
                ports,
                labels,
                user,
                workingDir,
                memoryBytes,
                cpus,
                cgroupParent,
                hostNetwork,
                readOnly);
    }

    /** The one asked for, or one of the image's and the pod's uid. */
    String name(String uid) {
        if (!name.isEmpty()) {
            return name;
        }
        var last = image.substring(image.lastIndexOf('/') + 1).replaceAll("[:@].*", "");
        var plain = last.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-");
        return plain + "-" + uid.substring(0, 5);
    }

    /** picocli makes these by their constructor without arguments. */
    private abstract static class Converter<T> implements ITypeConverter<T> {
        private final Function<String, T> parser;

        private Converter(Function<String, T> parser) {
            this.parser = parser;
        }

        @Override
        public T convert(String text) {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    static final class MountConverter extends Converter<Mount> {
        MountConverter() {
            super(Specs::mount);
        }
    }

    static final class PortConverter extends Converter<PortMapping> {
        PortConverter() {
            super(Specs::port);
        }
    }

    static final class SizeConverter extends Converter<Long> {
        SizeConverter() {
            super(Specs::bytes);
        }
    }

    static final class UserConverter extends Converter<UserSpec> {
        UserConverter() {
            super(UserSpec::parse);
        }
    }
}
