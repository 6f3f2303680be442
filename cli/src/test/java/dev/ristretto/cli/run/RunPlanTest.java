// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;

import org.junit.jupiter.api.Test;

import runtime.v1.LinuxContainerSecurityContext;

import java.util.List;
import java.util.Map;

class RunPlanTest {
    @Test
    void pod_isAsGolden() throws Exception {
        assertThat(JsonFormat.printer().print(RunPlan.of(request(false), "web", "u-1").pod()))
                .isEqualTo(
                        """
                        {
                          "metadata": {
                            "name": "web",
                            "uid": "u-1",
                            "namespace": "default"
                          },
                          "hostname": "web",
                          "logDirectory": "/var/log/ristretto/default_web_u-1",
                          "dnsConfig": {
                          },
                          "portMappings": [{
                            "containerPort": 80,
                            "hostPort": 8080
                          }],
                          "labels": {
                            "tier": "front",
                            "io.kubernetes.pod.name": "web",
                            "io.kubernetes.pod.namespace": "default",
                            "io.kubernetes.pod.uid": "u-1"
                          },
                          "linux": {
                            "cgroupParent": "/p",
                            "securityContext": {
                              "namespaceOptions": {
                                "pid": "CONTAINER"
                              },
                              "seccomp": {
                              }
                            }
                          }
                        }""");
    }

    @Test
    void container_isAsGolden() throws Exception {
        assertThat(JsonFormat.printer().print(RunPlan.of(request(false), "web", "u-1").container()))
                .isEqualTo(
                        """
                        {
                          "metadata": {
                            "name": "web"
                          },
                          "image": {
                            "image": "nginx",
                            "userSpecifiedImage": "nginx"
                          },
                          "args": ["nginx", "-g", "daemon off;"],
                          "workingDir": "/srv",
                          "envs": [{
                            "key": "A",
                            "value": "Yg=="
                          }],
                          "mounts": [{
                            "containerPath": "/data",
                            "hostPath": "/tmp",
                            "readonly": true
                          }],
                          "labels": {
                            "tier": "front",
                            "io.kubernetes.container.name": "web",
                            "io.kubernetes.pod.name": "web",
                            "io.kubernetes.pod.namespace": "default",
                            "io.kubernetes.pod.uid": "u-1"
                          },
                          "logPath": "0.log",
                          "linux": {
                            "resources": {
                              "cpuPeriod": "100000",
                              "cpuQuota": "50000",
                              "cpuShares": "512",
                              "memoryLimitInBytes": "67108864"
                            },
                            "securityContext": {
                              "namespaceOptions": {
                                "pid": "CONTAINER"
                              },
                              "runAsUser": {
                                "value": "1000"
                              },
                              "readonlyRootfs": true,
                              "runAsGroup": {
                                "value": "100"
                              },
                              "seccomp": {
                              }
                            }
                          }
                        }""");
    }

    @Test
    void hostNetwork_isThePodsAndTheContainers_andKeepsTheHostsName() throws Exception {
        var plan = RunPlan.of(request(true), "web", "u-1");

        assertThat(plan.pod().getHostname()).isEmpty();
        assertThat(JsonFormat.printer().print(plan.pod().getLinux()))
                .contains("\"network\": \"NODE\"");
        assertThat(JsonFormat.printer().print(plan.container().getLinux()))
                .contains("\"network\": \"NODE\"");
    }

    @Test
    void aUserByName_isLookedUpInTheImage() {
        var security = LinuxContainerSecurityContext.newBuilder();
        UserSpec.parse("www-data").apply(security);

        assertThat(security.getRunAsUsername()).isEqualTo("www-data");
        assertThat(security.hasRunAsUser()).isFalse();
    }

    private static RunRequest request(boolean hostNetwork) {
        return new RunRequest(
                "nginx",
                List.of(),
                List.of("nginx", "-g", "daemon off;"),
                List.of(Specs.env("A=b", Map.of())),
                List.of(Specs.mount("/tmp:/data:ro")),
                List.of(Specs.port("8080:80")),
                Map.of("tier", "front"),
                UserSpec.parse("1000:100"),
                "/srv",
                Specs.bytes("64m"),
                0.5,
                "/p",
                hostNetwork,
                true);
    }
}
