// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.network.PodAttachment;

import java.util.regex.Pattern;

/** {@code CNI_ARGS}: who the pod is, in the words that Kubernetes' plugins know. */
final class CniArgs {
    /** What would end a value or the list. */
    private static final Pattern SEPARATORS = Pattern.compile("[;=\\x00]");

    private CniArgs() {}

    /**
     * The text.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if a name would be read as more than one
     */
    static String of(PodAttachment pod) {
        var details = pod.details();
        return "IgnoreUnknown=1;K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s;%s=%s;K8S_POD_UID=%s"
                .formatted(
                        checked("metadata.namespace", details.namespace()),
                        checked("metadata.name", details.name()),
                        "K8S_POD_INFRA_CONTAINER_ID",
                        pod.podSandboxId(),
                        checked("metadata.uid", details.uid()));
    }

    private static String checked(String field, String value) {
        if (SEPARATORS.matcher(value).find()) {
            throw RuntimeFault.invalidArgument(
                    "%s '%s' has ';', '=' or a zero byte in it, which CNI_ARGS cannot carry",
                    field, value.replace("\0", "\\0"));
        }
        return value;
    }
}
