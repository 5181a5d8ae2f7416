package org.neuralharmonizer.study.cli;

import java.io.Closeable;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.train.Harmonizer;

/**
 * A training run as other machines see it.
 *
 * @param harmonizer the settings
 * @param images what it trains on
 * @param files what the images are read from, to be closed after use
 */
public record RemoteTraining(Harmonizer harmonizer, ImageSource images, Closeable files) {}
