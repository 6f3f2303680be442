# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# guest_classpath: the libraries of all modules, each once, as `dependency:build-classpath` wrote them down.
guest_classpath() { cat "${top:?}"/*/target/test.classpath | sed 's/$/:/' | tr ':' '\n' | awk 'NF && !seen[$0]++' | paste -sd:; }
