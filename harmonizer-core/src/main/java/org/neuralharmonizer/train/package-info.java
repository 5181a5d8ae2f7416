/**
 * Training: the harmonizer's entry point, optimizers and schedules, checkpoints from which a run
 * resumes to the bit, and listeners.
 */
@NullMarked
package org.neuralharmonizer.train;

import org.jspecify.annotations.NullMarked;
