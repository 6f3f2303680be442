// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.runtime.network.PodNetwork;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What a chain of plugins answered to ADD, in the shape of one version of the specification. Those
 * before 0.3.0 have one address of each family ({@code ip4}, {@code ip6}); those before 1.0.0 name
 * the family of each address.
 *
 * @param json not to be changed
 */
record CniResult(ObjectNode json) {
    private static final String IPS = "ips";

    /**
     * A plugin's answer, in the shape of a version: what the next plugin of the chain can read.
     *
     * @throws IllegalArgumentException naming what is wrong with it
     */
    static CniResult of(JsonNode answer, CniVersion version) {
        if (!(answer instanceof ObjectNode object)) {
            throw new IllegalArgumentException("it is not a JSON object");
        }
        var node = object.deepCopy();
        if (!node.path("cniVersion").asText().equals(version.toString())) {
            node.put("cniVersion", version.toString());
            listAddresses(node);
            nameFamilies(node, !version.isAtLeast(CniVersion.WITHOUT_FAMILY));
        }
        var result = new CniResult(node);
        result.addresses(); // refuses what is none
        return result;
    }

    /** From the shape before 0.3.0; addresses there are those of the only interface. */
    private static void listAddresses(ObjectNode node) {
        var addresses = node.withArray(IPS);
        for (var family : List.of("ip4", "ip6")) {
            var old = node.remove(family);
            if (old == null || !old.has("ip")) {
                continue;
            }
            var entry = addresses.addObject().put("address", old.get("ip").asText());
            if (old.has("gateway")) {
                entry.set("gateway", old.get("gateway"));
            }
            if (old.path("routes") instanceof ArrayNode routes) {
                node.withArray("routes").addAll(routes);
            }
        }
    }

    private static void nameFamilies(ObjectNode node, boolean named) {
        for (var entry : node.withArray(IPS)) {
            if (entry instanceof ObjectNode address && named) {
                address.put("version", address.path("address").asText().contains(":") ? "6" : "4");
            } else if (entry instanceof ObjectNode address) {
                address.remove("version");
            }
        }
    }

    /**
     * The pod's network, its addresses in the plugins' order.
     *
     * @param interfaceName the interface that was asked for
     */
    PodNetwork network(String interfaceName) {
        var all = addresses().stream().filter(address -> inside(address.owner())).toList();
        // A chain may make more interfaces inside; the pod's addresses are those of its first one.
        var own =
                all.stream()
                        .filter(a -> a.owner().isEmpty() || a.owner().equals(interfaceName))
                        .toList();
        var chosen = own.isEmpty() ? all : own;
        return new PodNetwork(
                chosen.stream().map(Address::ip).toList(),
                interfaceName,
                chosen.stream().flatMap(address -> address.gateway().stream()).toList(),
                hostInterface());
    }

    private boolean inside(String owner) {
        return owner.isEmpty() || interfaces().stream().anyMatch(i -> i.isInside(owner));
    }

    /**
     * The host's end of the pod's pair: plugins name a bridge before it, and the pod's end after.
     * Empty if none is named.
     */
    private String hostInterface() {
        return interfaces().stream()
                .takeWhile(link -> !link.inside())
                .map(Interface::name)
                .reduce("", (_, last) -> last);
    }

    private List<Address> addresses() {
        var interfaces = interfaces();
        var found = new ArrayList<Address>();
        for (var entry : json.path(IPS)) {
            var owner = entry.path("interface");
            int index = owner.asInt(-1);
            if (index >= interfaces.size()) {
                throw new IllegalArgumentException(
                        "an address is of interface %d, but there are %d"
                                .formatted(index, interfaces.size()));
            }
            var gateway = entry.path("gateway").asText();
            found.add(
                    new Address(
                            ip(entry.path("address").asText()),
                            gateway.isEmpty() ? List.of() : List.of(literal(gateway)),
                            index < 0 ? "" : interfaces.get(index).name()));
        }
        return found;
    }

    private List<Interface> interfaces() {
        var found = new ArrayList<Interface>();
        for (var entry : json.path("interfaces")) {
            found.add(
                    new Interface(
                            entry.path("name").asText(),
                            !entry.path("sandbox").asText().isEmpty()));
        }
        return found;
    }

    private static InetAddress ip(String cidr) {
        int slash = cidr.indexOf('/');
        var ip = literal(slash < 0 ? cidr : cidr.substring(0, slash));
        if (slash >= 0) {
            int most = ip instanceof Inet4Address ? 32 : 128;
            if (!cidr.substring(slash + 1).matches("\\d{1,3}")
                    || Integer.parseInt(cidr.substring(slash + 1)) > most) {
                throw new IllegalArgumentException("'%s' is not an address".formatted(cidr));
            }
        }
        return ip;
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'%s' is not an address".formatted(text), e);
        }
    }

    private record Address(InetAddress ip, List<InetAddress> gateway, String owner) {}

    private record Interface(String name, boolean inside) {
        boolean isInside(String owner) {
            return inside && name.equals(owner);
        }
    }
}
