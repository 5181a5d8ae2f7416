package org.neuralharmonizer.study.comparison;

import java.util.Optional;
import org.neuralharmonizer.explain.ExplanationFunctional;
import org.neuralharmonizer.study.photographs.Labels;
import org.neuralharmonizer.study.photographs.StudyImages;

/**
 * What all networks of a study are measured on, and how.
 *
 * @param images photographs and people's maps; they stay the caller's to close
 * @param labels of the photographs; without them each network explains what it predicts
 * @param explanation what is compared with people's maps
 * @param seed of every draw
 */
public record StudyProtocol(
    StudyImages images, Optional<Labels> labels, ExplanationFunctional explanation, long seed) {}
