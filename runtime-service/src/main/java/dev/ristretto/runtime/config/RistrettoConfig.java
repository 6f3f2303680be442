// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.config;

import dev.ristretto.fault.RuntimeFault;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything that can be set, with its default; {@code docs/configuration.md} describes each key. A
 * test holds that page against {@link #defaults()}.
 *
 * @param socket unix socket of both CRI services, mode 0660
 * @param socketGroup group that may use the socket, by name or number; empty leaves the daemon's
 * @param runDir sockets, exit records and live state; a tmpfs, empty after a reboot
 * @param stateDir images, layers, writable layers, configs of pods and containers
 * @param podshim the podshim's binary
 * @param cgroupParent cgroup of pods that name none
 * @param unsetSeccompProfile what a container gets whose request names no seccomp profile: {@code
 *     RuntimeDefault}, {@code Unconfined}, or the absolute path of a profile in JSON
 * @param network how pods are connected
 * @param registry where images come from
 * @param image what an image may cost
 * @param streaming the HTTP server of exec, attach and port-forward
 * @param cdi devices of vendors' specifications
 * @param metrics the HTTP server of the daemon's own metrics
 * @param logging what the daemon writes to its standard error
 * @param tracing where traces of calls are sent
 */
public record RistrettoConfig(
        Path socket,
        String socketGroup,
        Path runDir,
        Path stateDir,
        Path podshim,
        String cgroupParent,
        String unsetSeccompProfile,
        Network network,
        Registry registry,
        Image image,
        Streaming streaming,
        Cdi cdi,
        Metrics metrics,
        Logging logging,
        Tracing tracing) {

    /** Of {@code <runDir>/pods/<64 digits>/shim.sock}. */
    private static final int MAX_RUN_DIR = 107 - 80;

    public RistrettoConfig {
        requireAbsolute("socket", socket);
        requireAbsolute("runDir", runDir);
        require(
                runDir.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_RUN_DIR,
                "runDir",
                runDir,
                "at most %d bytes, since a socket's name has 107 (unix(7))".formatted(MAX_RUN_DIR));
        requireAbsolute("stateDir", stateDir);
        requireAbsolute("podshim", podshim);
        require(
                cgroupParent.startsWith("/") && !cgroupParent.contains(".."),
                "cgroupParent",
                cgroupParent,
                "an absolute path below the cgroup root, for example /ristretto");
        require(
                unsetSeccompProfile.equals("RuntimeDefault")
                        || unsetSeccompProfile.equals("Unconfined")
                        || unsetSeccompProfile.startsWith("/"),
                "unsetSeccompProfile",
                unsetSeccompProfile,
                "RuntimeDefault, Unconfined or the absolute path of a profile");
    }

    /** The values in force when no file says otherwise. */
    public static RistrettoConfig defaults() {
        return new RistrettoConfig(
                Path.of("/run/ristretto/ristretto.sock"),
                "",
                Path.of("/run/ristretto"),
                Path.of("/var/lib/ristretto"),
                Path.of("/usr/libexec/ristretto/podshim"),
                "/ristretto",
                "RuntimeDefault",
                new Network(
                        "auto",
                        "ristretto0",
                        "auto",
                        "auto",
                        0,
                        true,
                        new Cni(
                                Path.of("/etc/cni/net.d"),
                                List.of(Path.of("/opt/cni/bin"), Path.of("/usr/lib/cni")),
                                60)),
                new Registry(
                        List.of(
                                Path.of("/etc/ristretto/certs.d"),
                                Path.of("/etc/containerd/certs.d")),
                        List.of(),
                        30,
                        300),
                new Image(64L << 30, 4_000_000, 0),
                new Streaming("127.0.0.1", 0, "", "", 14_400),
                new Cdi(List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi"))),
                new Metrics("127.0.0.1", 0),
                new Logging("INFO", "text"),
                new Tracing("", 0));
    }

    /**
     * The Container Device Interface.
     *
     * @param specDirs directories with specifications; a device of a later one goes over the same
     *     of an earlier one
     */
    public record Cdi(List<Path> specDirs) {
        public Cdi {
            specDirs = List.copyOf(specDirs);
            specDirs.forEach(directory -> requireAbsolute("cdi.specDirs", directory));
        }
    }

    /**
     * How pods are connected.
     *
     * @param provider {@code builtin}: a bridge of our own; {@code cni}: plugins; {@code auto}:
     *     plugins if they are configured, else the bridge; {@code host}: only pods on the host's
     *     network
     * @param bridge name of the bridge, at most 15 bytes
     * @param ipv4Subnet pod addresses in CIDR form; {@code auto} for some that nothing on the host
     *     has; empty for none
     * @param ipv6Subnet likewise
     * @param mtu of pod interfaces in bytes; 0 takes that of the host's default route
     * @param masquerade whether what leaves the node carries the node's address
     * @param cni where plugins are
     */
    public record Network(
            String provider,
            String bridge,
            String ipv4Subnet,
            String ipv6Subnet,
            int mtu,
            boolean masquerade,
            Cni cni) {
        public Network {
            require(
                    List.of("auto", "cni", "builtin", "host").contains(provider),
                    "network.provider",
                    provider,
                    "one of auto, cni, builtin, host");
            require(
                    bridge.matches("[a-zA-Z0-9_.-]{1,15}"),
                    "network.bridge",
                    bridge,
                    "1 to 15 letters, digits, '_', '.' or '-'");
            require(
                    !ipv4Subnet.isEmpty() || !ipv6Subnet.isEmpty(),
                    "network.ipv4Subnet",
                    ipv4Subnet,
                    "a subnet, when network.ipv6Subnet is empty too");
            require(
                    mtu == 0 || mtu >= 1280 && mtu <= 65535,
                    "network.mtu",
                    mtu,
                    "0, or 1280 to 65535");
        }
    }

    /**
     * Plugins of the Container Network Interface.
     *
     * @param configDir with configuration; the first file that is valid counts
     * @param binDirs with plugins; the first that has one counts
     * @param timeoutSeconds for all plugins of one operation on a pod; what is not over then is
     *     killed
     */
    public record Cni(Path configDir, List<Path> binDirs, int timeoutSeconds) {
        public Cni {
            binDirs = List.copyOf(binDirs);
            requireAbsolute("network.cni.configDir", configDir);
            require(!binDirs.isEmpty(), "network.cni.binDirs", binDirs, "at least one directory");
            binDirs.forEach(directory -> requireAbsolute("network.cni.binDirs", directory));
            require(
                    timeoutSeconds > 0 && timeoutSeconds <= 90,
                    "network.cni.timeoutSeconds",
                    timeoutSeconds,
                    "1 to 90: the kubelet waits no more than two minutes");
        }
    }

    /**
     * Where images come from.
     *
     * @param configPath directories with {@code <host>/hosts.toml}, the first that has the host
     *     counts
     * @param plainHttp hosts, with port if not 80, that are spoken to without TLS
     * @param connectTimeoutSeconds for a connection to a registry
     * @param progressTimeoutSeconds a pull that receives nothing for so long is given up
     */
    public record Registry(
            List<Path> configPath,
            List<String> plainHttp,
            int connectTimeoutSeconds,
            int progressTimeoutSeconds) {
        public Registry {
            configPath = List.copyOf(configPath);
            plainHttp = List.copyOf(plainHttp);
            require(
                    connectTimeoutSeconds > 0,
                    "registry.connectTimeoutSeconds",
                    connectTimeoutSeconds,
                    "more than 0");
            require(
                    progressTimeoutSeconds > 0,
                    "registry.progressTimeoutSeconds",
                    progressTimeoutSeconds,
                    "more than 0");
        }
    }

    /**
     * What an image may cost.
     *
     * @param maxLayerBytes a layer that unpacks to more is refused
     * @param maxLayerEntries a layer with more files is refused
     * @param parallelLayers layers downloaded and unpacked at once; 0 takes the number of cores
     */
    public record Image(long maxLayerBytes, long maxLayerEntries, int parallelLayers) {
        public Image {
            require(maxLayerBytes > 0, "image.maxLayerBytes", maxLayerBytes, "more than 0");
            require(maxLayerEntries > 0, "image.maxLayerEntries", maxLayerEntries, "more than 0");
            require(parallelLayers >= 0, "image.parallelLayers", parallelLayers, "0 or more");
        }
    }

    /**
     * The HTTP server of exec, attach and port-forward.
     *
     * @param address to listen on; an IPv4 or IPv6 address
     * @param port to listen on; 0 takes any that is free
     * @param tlsCertificate file with the server's certificate and its chain in PEM; empty for HTTP
     *     without TLS
     * @param tlsKey file with the certificate's key in PEM
     * @param idleTimeoutSeconds a connection on which nothing moves for so long is ended
     */
    public record Streaming(
            String address,
            int port,
            String tlsCertificate,
            String tlsKey,
            int idleTimeoutSeconds) {
        public Streaming {
            require(
                    isAddress(address),
                    "streaming.address",
                    address,
                    "an IPv4 or IPv6 address, for example 127.0.0.1");
            require(port >= 0 && port <= 65535, "streaming.port", port, "0 to 65535");
            require(
                    tlsCertificate.isEmpty() || tlsCertificate.startsWith("/"),
                    "streaming.tlsCertificate",
                    tlsCertificate,
                    "empty or an absolute path");
            require(
                    tlsKey.isEmpty() == tlsCertificate.isEmpty()
                            && (tlsKey.isEmpty() || tlsKey.startsWith("/")),
                    "streaming.tlsKey",
                    tlsKey,
                    "an absolute path if streaming.tlsCertificate is set, else empty");
            require(
                    idleTimeoutSeconds > 0,
                    "streaming.idleTimeoutSeconds",
                    idleTimeoutSeconds,
                    "more than 0");
        }
    }

    /**
     * The HTTP server of the daemon's own metrics and health.
     *
     * @param address to listen on; an IPv4 or IPv6 address
     * @param port to listen on; 0 for no such server
     */
    public record Metrics(String address, int port) {
        public Metrics {
            require(
                    isAddress(address),
                    "metrics.address",
                    address,
                    "an IPv4 or IPv6 address, for example 127.0.0.1");
            require(port >= 0 && port <= 65535, "metrics.port", port, "0 to 65535");
        }
    }

    /**
     * What the daemon writes to its standard error.
     *
     * @param level {@code ERROR WARN INFO DEBUG TRACE}
     * @param format {@code text}, or {@code json}: an object on each line
     */
    public record Logging(String level, String format) {
        private static final List<String> LEVELS =
                List.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE");

        public Logging {
            require(
                    LEVELS.contains(level),
                    "logging.level",
                    level,
                    "one of " + String.join(", ", LEVELS));
            require(
                    List.of("text", "json").contains(format),
                    "logging.format",
                    format,
                    "text or json");
        }
    }

    /**
     * Where traces of calls are sent.
     *
     * @param endpoint URL of an OpenTelemetry collector that takes OTLP, protobuf over HTTP; empty
     *     for no traces
     * @param samplingRatePerMillion of calls whose caller sends no trace; one that does decides
     */
    public record Tracing(String endpoint, int samplingRatePerMillion) {
        private static final int MILLION = 1_000_000;

        public Tracing {
            require(
                    endpoint.isEmpty() || isHttp(endpoint),
                    "tracing.endpoint",
                    endpoint,
                    "empty or an http or https URL, for example http://127.0.0.1:4318/v1/traces");
            require(
                    samplingRatePerMillion >= 0 && samplingRatePerMillion <= MILLION,
                    "tracing.samplingRatePerMillion",
                    samplingRatePerMillion,
                    "0 to 1000000");
        }
    }

    private static boolean isHttp(String url) {
        try {
            var parsed = new URI(url);
            return parsed.getHost() != null
                    && ("http".equals(parsed.getScheme()) || "https".equals(parsed.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isAddress(String text) {
        try {
            return !InetAddress.ofLiteral(text).getHostAddress().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void requireAbsolute(String key, Path path) {
        require(path.isAbsolute(), key, path, "an absolute path");
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw RuntimeFault.invalidArgument("%s is '%s'; it must be %s", key, value, expected);
        }
    }
}
