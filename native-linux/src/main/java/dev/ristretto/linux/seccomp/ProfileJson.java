// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.seccomp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.capability.Capability;
import dev.ristretto.linux.seccomp.Profile.Rule;
import dev.ristretto.linux.syscall.SeccompLibrary.Comparison;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a seccomp profile: the {@code linux.seccomp} object of the OCI runtime specification, with
 * the conditions ({@code archMap}, {@code includes}, {@code excludes}) that Docker's form of it
 * adds. Fields that are in neither are passed over.
 */
final class ProfileJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Without it, kernels before 5.16 slow down each process that has a filter. */
    private static final long SPEC_ALLOW = 4;

    private static final Map<String, Long> FLAGS =
            Map.of(
                    "SECCOMP_FILTER_FLAG_TSYNC", 1L,
                    "SECCOMP_FILTER_FLAG_LOG", 2L,
                    "SECCOMP_FILTER_FLAG_SPEC_ALLOW", SPEC_ALLOW);

    private static final List<String> OPERATORS =
            List.of(
                    "SCMP_CMP_NE",
                    "SCMP_CMP_LT",
                    "SCMP_CMP_LE",
                    "SCMP_CMP_EQ",
                    "SCMP_CMP_GE",
                    "SCMP_CMP_GT",
                    "SCMP_CMP_MASKED_EQ");

    private static final int LAST_ARGUMENT = 5;
    private static final int LAST_ERRNO = 4095;
    private static final Pattern KERNEL = Pattern.compile("(\\d{1,5})\\.(\\d{1,5})");

    private final String file;
    private final ProfileHost host;

    private ProfileJson(String file, ProfileHost host) {
        this.file = file;
        this.host = host;
    }

    /**
     * Reads it for a host.
     *
     * @param file what the profile is called, for messages
     * @throws RuntimeFault {@code INVALID_ARGUMENT} naming the file and the field
     */
    static Profile parse(String file, byte[] content, ProfileHost host) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(content);
        } catch (JsonProcessingException e) {
            throw RuntimeFault.invalidArgument(
                    "read seccomp profile %s: it is not JSON: %s", file, e.getOriginalMessage());
        }
        var reader = new ProfileJson(file, host);
        if (!root.isObject()) {
            throw reader.wrong("its content", "is not an object");
        }
        return reader.profile(root);
    }

    private Profile profile(JsonNode root) {
        int errno = errno(root, "defaultErrnoRet", SeccompAction.EPERM);
        if (!root.hasNonNull("defaultAction")) {
            throw wrong("defaultAction", "is missing");
        }
        var rules = new ArrayList<Rule>();
        var known = new HashSet<String>();
        var syscalls = array(root, "syscalls", "syscalls");
        for (int i = 0; i < syscalls.size(); i++) {
            var where = "syscalls[%d]".formatted(i);
            var syscall = syscalls.get(i);
            var rule = rule(where, syscall, errno);
            known.addAll(rule.names());
            if (applies(where, syscall)) {
                rules.add(rule);
            }
        }
        return new Profile(
                action(root, "defaultAction", "defaultAction", errno),
                architectures(root),
                flags(root),
                rules,
                known);
    }

    private Rule rule(String where, JsonNode syscall, int defaultErrno) {
        var names = new ArrayList<>(strings(syscall, "names", where + ".names"));
        if (syscall.hasNonNull("name")) {
            names.add(text(syscall.get("name"), where + ".name"));
        }
        if (names.isEmpty()) {
            throw wrong(where + ".names", "is empty");
        }
        int errno = errno(syscall, "errnoRet", defaultErrno);
        var comparisons = new ArrayList<Comparison>();
        var args = array(syscall, "args", where + ".args");
        for (int i = 0; i < args.size(); i++) {
            comparisons.add(comparison("%s.args[%d]".formatted(where, i), args.get(i)));
        }
        return new Rule(names, action(syscall, "action", where + ".action", errno), comparisons);
    }

    private Comparison comparison(String where, JsonNode arg) {
        var operator = text(arg.path("op"), where + ".op");
        int number = OPERATORS.indexOf(operator);
        if (number < 0) {
            throw wrong(
                    where + ".op",
                    "'%s' is not one of %s".formatted(operator, String.join(", ", OPERATORS)));
        }
        int index = arg.path("index").asInt(-1);
        if (index < 0 || index > LAST_ARGUMENT) {
            throw wrong(where + ".index", "is not within 0 to " + LAST_ARGUMENT);
        }
        return new Comparison(
                index, number + 1, unsigned(arg, "value", where), unsigned(arg, "valueTwo", where));
    }

    /** As Docker reads conditions: all of what is included, none of what is excluded. */
    private boolean applies(String where, JsonNode syscall) {
        var includes = syscall.path("includes");
        var excludes = syscall.path("excludes");
        return included(where + ".includes", includes) && !excluded(where + ".excludes", excludes);
    }

    private boolean included(String where, JsonNode conditions) {
        var arches = strings(conditions, "arches", where + ".arches");
        return capabilities(conditions, where).stream().allMatch(host::has)
                && (arches.isEmpty() || arches.contains(host.architecture().goName()))
                && (!conditions.hasNonNull("minKernel") || kernelReached(conditions, where));
    }

    private boolean excluded(String where, JsonNode conditions) {
        var arches = strings(conditions, "arches", where + ".arches");
        return capabilities(conditions, where).stream().anyMatch(host::has)
                || arches.contains(host.architecture().goName())
                || (conditions.hasNonNull("minKernel") && kernelReached(conditions, where));
    }

    private List<Capability> capabilities(JsonNode conditions, String where) {
        return strings(conditions, "caps", where + ".caps").stream()
                .map(name -> capability(name, where + ".caps"))
                .toList();
    }

    private boolean kernelReached(JsonNode conditions, String where) {
        var version = KERNEL.matcher(text(conditions.get("minKernel"), where + ".minKernel"));
        if (!version.matches()) {
            throw wrong(where + ".minKernel", "is not of the form 5.8");
        }
        return host.kernelIsAtLeast(
                Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2)));
    }

    private Capability capability(String name, String where) {
        return Capability.find(name)
                .orElseThrow(() -> wrong(where, "'%s' is not a capability".formatted(name)));
    }

    /** Those of the list, or of the host's line in the map; others cannot run here. */
    private List<SeccompArchitecture> architectures(JsonNode root) {
        var names = new ArrayList<>(strings(root, "architectures", "architectures"));
        var map = array(root, "archMap", "archMap");
        if (!names.isEmpty() && !map.isEmpty()) {
            throw wrong("archMap", "and architectures exclude each other");
        }
        for (int i = 0; i < map.size(); i++) {
            var where = "archMap[%d]".formatted(i);
            var entry = map.get(i);
            var name = text(entry.path("architecture"), where + ".architecture");
            if (name.equals(host.architecture().name())) {
                names.addAll(strings(entry, "subArchitectures", where + ".subArchitectures"));
            }
        }
        return names.stream()
                .map(SeccompArchitecture::find)
                .flatMap(Optional::stream)
                .filter(architecture -> architecture.runsOn(host.architecture()))
                .distinct()
                .toList();
    }

    private long flags(JsonNode root) {
        if (!root.hasNonNull("flags")) {
            return SPEC_ALLOW;
        }
        long flags = 0;
        for (var name : strings(root, "flags", "flags")) {
            var flag = FLAGS.get(name);
            if (flag == null) {
                throw wrong(
                        "flags",
                        "'%s' is not one of %s"
                                .formatted(name, FLAGS.keySet().stream().sorted().toList()));
            }
            flags |= flag;
        }
        return flags;
    }

    private int action(JsonNode object, String field, String where, int errno) {
        try {
            return SeccompAction.of(text(object.path(field), where), errno);
        } catch (IllegalArgumentException e) {
            throw wrong(where, String.valueOf(e.getMessage()));
        }
    }

    private int errno(JsonNode object, String field, int otherwise) {
        if (!object.hasNonNull(field)) {
            return otherwise;
        }
        int errno = object.get(field).asInt(-1);
        if (errno < 0 || errno > LAST_ERRNO) {
            throw wrong(field, "is not within 0 to " + LAST_ERRNO);
        }
        return errno;
    }

    private long unsigned(JsonNode object, String field, String where) {
        var value = object.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.isIntegralNumber()
                || value.bigIntegerValue().signum() < 0
                || value.bigIntegerValue().bitLength() > Long.SIZE) {
            throw wrong(where + "." + field, "is not an unsigned number of 64 bits");
        }
        return value.bigIntegerValue().longValue();
    }

    private String text(JsonNode value, String where) {
        if (!value.isTextual()) {
            throw wrong(where, "is missing or not a string");
        }
        return value.textValue();
    }

    private JsonNode array(JsonNode object, String field, String where) {
        var value = object.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return JSON.createArrayNode();
        }
        if (!value.isArray()) {
            throw wrong(where, "is not a list");
        }
        return value;
    }

    private List<String> strings(JsonNode object, String field, String where) {
        var values = new ArrayList<String>();
        array(object, field, where).forEach(value -> values.add(text(value, where)));
        return values;
    }

    private RuntimeFault wrong(String field, String why) {
        return RuntimeFault.invalidArgument("read seccomp profile %s: %s %s", file, field, why);
    }
}
