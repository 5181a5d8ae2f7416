package org.neuralharmonizer.study.psychophysics;

import org.neuralharmonizer.psychophysics.Region;

/**
 * One stimulus of a manifest.
 *
 * @param file its name, beside the manifest
 * @param image the photograph's
 * @param label as given; empty if none was
 * @param level from 0; that after the last shows the whole image
 * @param percent of the budget; 100 of the whole image too
 * @param pixels revealed
 * @param seed of region and background; equal for all stimuli of an image
 * @param box the smallest rectangle around what is revealed
 * @param set in which it appears; each set holds every image once
 */
public record Stimulus(
    String file,
    String image,
    String label,
    int level,
    double percent,
    int pixels,
    long seed,
    Region.Box box,
    int set) {}
