/** Running this build against reference data. */
@NullMarked
package org.neuralharmonizer.study.verify;

import org.jspecify.annotations.NullMarked;
