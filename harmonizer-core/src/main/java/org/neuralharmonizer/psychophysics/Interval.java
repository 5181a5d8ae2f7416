package org.neuralharmonizer.psychophysics;

/**
 * A value and how far it moves in resamples, as percentiles of 95 %. Error and ends are NaN with
 * fewer than two resamples.
 *
 * @param value of what was observed, not the mean of the resamples
 * @param standardError standard deviation of the resamples, with n − 1
 * @param lower lower end
 * @param upper upper end
 * @param resamples that had a value
 * @param settings what was drawn, and the seed, in words
 */
public record Interval(
    double value,
    double standardError,
    double lower,
    double upper,
    int resamples,
    String settings) {}
