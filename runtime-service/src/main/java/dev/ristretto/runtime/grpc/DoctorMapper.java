// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.runtime.explain.Finding;

import ristretto.v1.DoctorResponse;

import java.util.List;

/** Findings to protocol buffers. */
final class DoctorMapper {
    private DoctorMapper() {}

    static DoctorResponse toProto(List<Finding> findings) {
        var response = DoctorResponse.newBuilder();
        findings.forEach(finding -> response.addFindings(toProto(finding)));
        return response.build();
    }

    private static ristretto.v1.Finding toProto(Finding finding) {
        return ristretto.v1.Finding.newBuilder()
                .setLevel(level(finding.level()))
                .setSubject(finding.subject())
                .setFact(finding.fact())
                .setCost(finding.cost())
                .setRemedy(finding.remedy())
                .build();
    }

    private static ristretto.v1.Finding.Level level(Finding.Level level) {
        return switch (level) {
            case GOOD -> ristretto.v1.Finding.Level.GOOD;
            case LACKING -> ristretto.v1.Finding.Level.LACKING;
            case BROKEN -> ristretto.v1.Finding.Level.BROKEN;
        };
    }
}
