/** Stimuli of experiments on photographs, as files. */
@NullMarked
package org.neuralharmonizer.study.psychophysics;

import org.jspecify.annotations.NullMarked;
