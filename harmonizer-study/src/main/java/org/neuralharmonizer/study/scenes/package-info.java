/**
 * A data set drawn from a seed: creatures told apart by their parts, on clutter that holds a
 * shortcut, with simulated people who click on what matters.
 */
@NullMarked
package org.neuralharmonizer.study.scenes;

import org.jspecify.annotations.NullMarked;
