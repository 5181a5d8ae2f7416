/** Many networks on the same photographs: scores, controls, the trade-off, its report. */
@NullMarked
package org.neuralharmonizer.study.comparison;

import org.jspecify.annotations.NullMarked;
