package org.neuralharmonizer.alignment;

/**
 * A mean with its bootstrap uncertainty.
 *
 * @param mean the mean of the values; NaN of none
 * @param standardError the standard deviation, with n − 1, of the means of resamples; NaN for fewer
 *     than two values, which say nothing about their spread
 * @param lower the lower end of the percentile interval; NaN for fewer than two values
 * @param upper the upper end of the percentile interval; NaN for fewer than two values
 * @param level the interval's share of the means of resamples, such as 0.95
 * @param resamples how many resamples were drawn
 * @param settings seed or index sets, in words
 */
public record BootstrapInterval(
    double mean,
    double standardError,
    double lower,
    double upper,
    double level,
    int resamples,
    String settings) {}
