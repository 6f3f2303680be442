// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.probe.HostFeatures;
import dev.ristretto.runtime.config.ConfigFile;
import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.explain.Doctor;
import dev.ristretto.runtime.explain.Finding;
import dev.ristretto.runtime.network.PodNetworks;
import dev.ristretto.runtime.network.Subnet;
import dev.ristretto.runtime.sandbox.UserNamespaceSupport;

import runtime.v1.RuntimeCondition;
import runtime.v1.RuntimeFeatures;
import runtime.v1.RuntimeHandler;
import runtime.v1.RuntimeHandlerFeatures;
import runtime.v1.RuntimeStatus;
import runtime.v1.StatusResponse;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** {@code Status}: whether pods can be run, and what this host lacks. */
public final class NodeStatus {
    private final RistrettoConfig config;
    private final HostFeatures features;
    private final PodNetworks networks;
    private final UserNamespaceSupport users;
    private final Doctor doctor;

    public NodeStatus(
            RistrettoConfig config,
            PodNetworks networks,
            UserNamespaceSupport users,
            Doctor.Host host) {
        this.config = config;
        this.features = host.features();
        this.networks = networks;
        this.users = users;
        this.doctor = new Doctor(host, networks, config.stateDir(), users.missing());
    }

    StatusResponse answer(boolean verbose) {
        var network = networks.readiness();
        var response =
                StatusResponse.newBuilder()
                        .setStatus(
                                RuntimeStatus.newBuilder()
                                        .addConditions(condition("RuntimeReady", true, "", ""))
                                        .addConditions(
                                                condition(
                                                        "NetworkReady",
                                                        network.ready(),
                                                        network.reason(),
                                                        network.message())))
                        .addRuntimeHandlers(
                                RuntimeHandler.newBuilder()
                                        .setFeatures(
                                                RuntimeHandlerFeatures.newBuilder()
                                                        .setRecursiveReadOnlyMounts(
                                                                features.recursiveReadOnly())
                                                        .setUserNamespaces(users.works())))
                        .setFeatures(
                                RuntimeFeatures.newBuilder()
                                        .setSupplementalGroupsPolicy(true)
                                        .setMountOptions(true)
                                        .setUserNamespacesHostNetwork(users.works()));
        if (verbose) {
            response.putInfo("config", ConfigFile.print(config));
            response.putInfo("host", hostJson(facts()));
        }
        return response.build();
    }

    /**
     * Tells the network the node's pod CIDRs.
     *
     * @param cidrs separated by commas; empty changes nothing
     */
    void usePodCidrs(String cidrs) {
        if (cidrs.isBlank()) {
            return;
        }
        try {
            networks.usePodCidrs(
                    Pattern.compile(",")
                            .splitAsStream(cidrs)
                            .map(cidr -> Subnet.parse(cidr.strip()))
                            .toList());
        } catch (RuntimeFault e) {
            throw RuntimeFault.invalidArgument(
                    "runtime_config.network_config.pod_cidr is '%s': %s", cidrs, e.getMessage());
        }
    }

    private String hostJson(List<String> facts) {
        var root = new JsonMapper().createObjectNode();
        facts.forEach(root.putArray("facts")::add);
        return root.put("cgroupMode", features.cgroupMode().name())
                .put("overlay", features.overlay().name())
                .toString();
    }

    /** The same as {@code ristretto doctor} says, but for what is good. */
    private List<String> facts() {
        var facts = new ArrayList<String>();
        doctor.run().stream()
                .filter(finding -> finding.level() != Finding.Level.GOOD)
                .map(Finding::words)
                .forEach(facts::add);
        if (!users.works()) {
            facts.add("pods cannot have user namespaces: " + users.missing());
        }
        return facts;
    }

    private static RuntimeCondition condition(
            String type, boolean status, String reason, String message) {
        return RuntimeCondition.newBuilder()
                .setType(type)
                .setStatus(status)
                .setReason(reason)
                .setMessage(message)
                .build();
    }
}
