/**
 * How people and networks decide when they see a part of an image: what is revealed, trials and
 * their accuracies, and the comparison of two observers.
 */
@NullMarked
package org.neuralharmonizer.psychophysics;

import org.jspecify.annotations.NullMarked;
