/**
 * The demonstration: one network trained twice on drawn scenes, plainly and harmonized, and what
 * each learned to look at.
 */
@NullMarked
package org.neuralharmonizer.study.demo;

import org.jspecify.annotations.NullMarked;
