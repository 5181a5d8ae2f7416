/**
 * Files: photographs, arrays, weights.
 *
 * <p>Every reader treats its file as untrusted: lengths are checked against the file and against
 * {@link org.neuralharmonizer.io.ReadLimits} before anything is allocated, and whatever is wrong
 * ends in an {@link java.io.IOException} of the form <i>read "file": what is wrong — what to
 * do</i>; damaged content in its subclass {@link org.neuralharmonizer.io.MalformedFileException}.
 * Every writer goes through {@link org.neuralharmonizer.io.AtomicFiles}, so a file is either whole
 * or as it was before.
 *
 * <p>All types are safe to use from many threads.
 */
@NullMarked
package org.neuralharmonizer.io;

import org.jspecify.annotations.NullMarked;
