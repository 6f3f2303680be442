// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** The verbs of this package by name, in the order in which help lists them. */
public final class Verbs {
    private Verbs() {}

    /** Makes a verb only when it is needed: reading all their options takes 0.2 s. */
    public static Map<String, Function<Session, Callable<Integer>>> all() {
        var verbs = new LinkedHashMap<String, Function<Session, Callable<Integer>>>();
        verbs.put("load", Load::new);
        verbs.put("pull", Pull::new);
        verbs.put("images", Images::new);
        verbs.put("inspecti", Inspecti::new);
        verbs.put("imagefsinfo", Imagefsinfo::new);
        verbs.put("rmi", Rmi::new);
        verbs.put("runp", Runp::new);
        verbs.put("pods", Pods::new);
        verbs.put("inspectp", Inspectp::new);
        verbs.put("stopp", Stopp::new);
        verbs.put("rmp", Rmp::new);
        verbs.put("create", Create::new);
        verbs.put("start", Start::new);
        verbs.put("ps", Ps::new);
        verbs.put("inspect", Inspect::new);
        verbs.put("exec", Exec::new);
        verbs.put("logs", Logs::new);
        verbs.put("stats", Stats::new);
        verbs.put("statsp", Statsp::new);
        verbs.put("metricsp", Metricsp::new);
        verbs.put("metricdescs", Metricdescs::new);
        verbs.put("events", Events::new);
        verbs.put("update", Update::new);
        verbs.put("stop", Stop::new);
        verbs.put("rm", Rm::new);
        verbs.put("checkpoint", Checkpoint::new);
        verbs.put("explain", Explain::new);
        verbs.put("doctor", Doctor::new);
        verbs.put("info", Info::new);
        verbs.put("runtime-config", RuntimeConfiguration::new);
        verbs.put("update-runtime-config", UpdateRuntimeConfiguration::new);
        verbs.put("version", Version::new);
        verbs.put("completion", Completion::new);
        return verbs;
    }
}
