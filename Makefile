# SPDX-License-Identifier: Apache-2.0
#
# The front door. `make help` lists what there is; every target works from a fresh checkout.
# The work is done by ./mvnw, the podshim's own Makefile, packaging/ and .ci/.

.DEFAULT_GOAL := help
SHELL := /bin/bash

PREFIX ?= /usr
DESTDIR ?=
KEEP ?=

MVN := . packaging/lib.sh && maven
PODSHIM := native-linux/src/main/c/podshim
BUILT := target/built

# What a build depends on: a second `make run` must not ask Maven again.
sources = $(shell find pom.xml .mvn config */pom.xml */src $(PODSHIM)/Makefile -type f \
	-not -path '*/build/*' -not -path '*/src/test/*' 2>/dev/null)

.PHONY: help
help: ## List all targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  Start here:  sudo make run     sudo make test"

##@ Try it

.PHONY: run
run: ## Install what is missing, build, start the daemon, run a demo pod, serve until Ctrl-C (KEEP=1 leaves pods)
	@packaging/run $(if $(KEEP),--keep)

.PHONY: demo
demo: ## Run the demo against the daemon that serves already
	@packaging/bin/ristretto demo

##@ Build

.PHONY: setup
setup: ## Install the Debian packages that building, running and testing need (root)
	@packaging/setup build run test check

.PHONY: build
build: podshim $(BUILT) ## Build the podshim, the daemon and the command line

$(BUILT): $(sources)
	@$(MVN) package -DskipTests
	@rm -f runtime-service/target/quarkus-app/ristrettod.aot
	@mkdir -p $(@D) && touch $@

.PHONY: podshim
podshim: ## Build the podshim alone
	@$(MAKE) -s -C $(PODSHIM)

.PHONY: package
package: build ## Make a tarball of an installation under target/dist
	@packaging/install --tarball target/dist

.PHONY: train
train: build ## Let the JVM learn from some pods, so that the daemon starts in half the time (root)
	@packaging/train

.PHONY: install
install: build ## Install daemon, podshim, command line, unit and example config (PREFIX=/usr, DESTDIR=)
	@DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" packaging/install

.PHONY: uninstall
uninstall: ## Remove what install put there; configuration and state stay
	@DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" packaging/install --remove

.PHONY: tidy
tidy: ## Format all code in place
	@$(MVN) spotless:apply
	@if grep -q '^tidy:' $(PODSHIM)/Makefile; then $(MAKE) -s -C $(PODSHIM) tidy; fi

.PHONY: clean
clean: ## Remove everything that a build made
	@$(MVN) clean
	@$(MAKE) -s -C $(PODSHIM) clean
	@rm -rf target

##@ Test

.PHONY: test
test: ## Everything on this machine: unit, component, podshim, kernel (root) and crictl end-to-end (root)
	@packaging/setup build run test
	@.ci/test unit podshim kernel e2e

.PHONY: check
check: ## Formatter, analyzers, shellcheck, codespell: what needs no test to be seen
	@packaging/setup build check
	@.ci/test check

.PHONY: unit
unit: ## Unit and component tests with all gates of the Java build
	@.ci/test unit

.PHONY: it
it: root podshim-test ## Everything that talks to the kernel: root and podshim-test

.PHONY: root
root: ## Kernel tests (root)
	@.ci/test kernel

.PHONY: podshim-test
podshim-test: ## The podshim's own tests, plain and under sanitizers
	@.ci/test podshim

.PHONY: e2e
e2e: ## crictl, a registry and a real daemon (root)
	@packaging/setup build run test
	@.ci/test e2e

.PHONY: conformance
conformance: ## All suites that drive a real daemon from outside (root)
	@packaging/setup build run test
	@.ci/test $(shell cat .ci/conformance-lanes)

.PHONY: conformance-selftest
conformance-selftest: ## Break something on purpose and see the run fail and name it (root)
	@packaging/setup build run test
	@.ci/test selftest

.PHONY: cgroupv2
cgroupv2: ## Podshim, kernel tests and part of critest on a pure cgroup v2, in a User-Mode Linux guest (root)
	@packaging/setup build run test
	@.ci/test cgroupv2

.PHONY: bench
bench: build ## Latency, throughput and memory, in turn with containerd if that is installed (root)
	@packaging/bench

.PHONY: soak
soak: ## 50 pods, 20 execs and 100 MiB of logs a second, polled: what is left of it (root; SOAK_SECONDS=600)
	@SOAK_SECONDS=$${SOAK_SECONDS:-600} E2E_TESTS=SoakE2eTest .ci/test e2e
	@cat conformance/target/e2e/soak/soak.txt

.PHONY: bench-poll
bench-poll: build ## Lists, statistics and execs beside 500 containers, events and log lines per second (root)
	@packaging/bench poll
