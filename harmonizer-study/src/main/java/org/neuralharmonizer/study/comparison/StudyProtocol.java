package org.neuralharmonizer.study.comparison;

import java.util.Optional;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.study.photographs.Labels;
import org.neuralharmonizer.study.photographs.PhotographFiles;

/**
 * What all networks of a study are measured on, and how.
 *
 * @param files photographs and people's maps
 * @param labels of the photographs; without them each network explains what it predicts
 * @param explanation what is compared with people's maps
 * @param seed of every draw
 */
public record StudyProtocol(
    PhotographFiles files, Optional<Labels> labels, ExplanationFunctional explanation, long seed) {}
