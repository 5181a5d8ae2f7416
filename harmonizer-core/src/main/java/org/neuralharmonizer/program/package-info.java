/**
 * Straight-line programs: expressions with equal parts shared and elementwise chains fused, in an
 * order of execution and with a place in memory for every value. A backend only runs them.
 */
@NullMarked
package org.neuralharmonizer.program;

import org.jspecify.annotations.NullMarked;
