// SPDX-License-Identifier: Apache-2.0
/**
 * Commands in running containers: {@link dev.ristretto.runtime.exec.ExecSync} collects what one
 * prints, {@link dev.ristretto.runtime.exec.ContainerExec} starts one for whoever streams. No lock
 * is taken and nothing is kept: the connection to the podshim is all there is of an exec.
 */
@NullMarked
package dev.ristretto.runtime.exec;

import org.jspecify.annotations.NullMarked;
