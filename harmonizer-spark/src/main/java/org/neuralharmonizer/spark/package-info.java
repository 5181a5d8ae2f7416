/** Studies and data-parallel training on Apache Spark, which moves, schedules and recovers. */
@NullMarked
package org.neuralharmonizer.spark;

import org.jspecify.annotations.NullMarked;
