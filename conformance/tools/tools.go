// SPDX-License-Identifier: Apache-2.0

//go:build tools

// Package tools pins the Kubernetes SIG Node test tools that the conformance lanes run.
// Nothing here is compiled into Ristretto; build.sh builds the two commands named below.
package tools

import (
	_ "sigs.k8s.io/cri-tools/cmd/crictl"
	_ "sigs.k8s.io/cri-tools/cmd/critest"
)
