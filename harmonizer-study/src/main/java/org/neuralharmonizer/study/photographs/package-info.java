/** Networks and people before the same photographs: reading, scoring, harmonizing, reporting. */
@NullMarked
package org.neuralharmonizer.study.photographs;

import org.jspecify.annotations.NullMarked;
