// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.network.DnsConfig;
import dev.ristretto.runtime.network.IpText;
import dev.ristretto.runtime.network.PodAttachment;
import dev.ristretto.runtime.network.PortMapping;
import dev.ristretto.runtime.network.Subnet;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What this runtime can tell plugins of a pod, by the capability under which they ask for it. The
 * names are those of CONVENTIONS.md of the CNI project.
 */
final class CapabilityArgs {
    private static final String INGRESS = "kubernetes.io/ingress-bandwidth";
    private static final String EGRESS = "kubernetes.io/egress-bandwidth";

    /** What other runtimes give too; the annotations know no burst. In bits. */
    private static final long BURST = Integer.MAX_VALUE;

    /** The limits of Kubernetes, in bits per second. */
    private static final long LEAST_RATE = 1_000;

    private static final long HIGHEST_RATE = 1_000_000_000_000_000L;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private CapabilityArgs() {}

    /**
     * Everything that is known of a pod.
     *
     * @param podCidrs of the node, from which pods get addresses; may be empty
     */
    static Map<String, JsonNode> of(PodAttachment pod, List<Subnet> podCidrs) {
        var args = new TreeMap<String, JsonNode>();
        var details = pod.details();
        put(args, "portMappings", portMappings(pod.portMappings()));
        put(args, "bandwidth", bandwidth(details.annotations()));
        put(args, "dns", dns(details.dns()));
        put(args, "ipRanges", ipRanges(podCidrs));
        put(args, "aliases", JSON.arrayNode().add(details.name()));
        put(args, "cgroupPath", JSON.textNode(details.cgroup()));
        var annotations = JSON.objectNode();
        details.annotations().forEach(annotations::put);
        put(args, "io.kubernetes.cri.pod-annotations", annotations);
        return args;
    }

    private static void put(Map<String, JsonNode> args, String capability, JsonNode value) {
        if (value.isTextual() ? !value.asText().isEmpty() : !value.isEmpty()) {
            args.put(capability, value);
        }
    }

    private static JsonNode portMappings(List<PortMapping> mappings) {
        var list = JSON.arrayNode();
        for (var mapping : mappings) {
            var entry =
                    list.addObject()
                            .put("hostPort", mapping.hostPort())
                            .put("containerPort", mapping.containerPort())
                            .put("protocol", mapping.protocol().name().toLowerCase(Locale.ROOT));
            mapping.hostAddress().ifPresent(ip -> entry.put("hostIP", IpText.of(ip)));
        }
        return list;
    }

    private static JsonNode bandwidth(Map<String, String> annotations) {
        var node = JSON.objectNode();
        for (var direction : Map.of("ingress", INGRESS, "egress", EGRESS).entrySet()) {
            var asked = annotations.get(direction.getValue());
            if (asked != null) {
                node.put(direction.getKey() + "Rate", rate(direction.getValue(), asked));
                node.put(direction.getKey() + "Burst", BURST);
            }
        }
        return node;
    }

    private static long rate(String annotation, String text) {
        long rate = Quantity.parse(text).orElse(0);
        if (rate < LEAST_RATE || rate > HIGHEST_RATE) {
            throw RuntimeFault.invalidArgument(
                    "annotation %s is '%s'; it must be 1k to 1P, in bits per second, for example"
                            + " 10M",
                    annotation, text);
        }
        return rate;
    }

    private static JsonNode dns(DnsConfig dns) {
        var node = JSON.objectNode();
        putList(node.putArray("servers"), dns.servers());
        putList(node.putArray("searches"), dns.searches());
        putList(node.putArray("options"), dns.options());
        return dns.equals(DnsConfig.none()) ? JSON.objectNode() : node;
    }

    private static void putList(ArrayNode array, Collection<String> values) {
        values.forEach(array::add);
    }

    /** One address of each range: a list of lists. */
    private static JsonNode ipRanges(List<Subnet> podCidrs) {
        var ranges = JSON.arrayNode();
        for (var cidr : podCidrs) {
            ranges.addArray().addObject().put("subnet", cidr.toString());
        }
        return ranges;
    }
}
