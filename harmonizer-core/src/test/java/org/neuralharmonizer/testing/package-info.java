/** What tests of every module share: the double-precision reference, and readers of data. */
@NullMarked
package org.neuralharmonizer.testing;

import org.jspecify.annotations.NullMarked;
