/** What tests of every module share: the double-precision reference of the primitives, and data. */
@NullMarked
package org.neuralharmonizer.testing;

import org.jspecify.annotations.NullMarked;
