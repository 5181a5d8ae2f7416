/**
 * ONNX files: what a model says of itself, its graph and its tensors.
 *
 * <p>Files are untrusted, as in {@link org.neuralharmonizer.io}: every length is checked against
 * the bytes that are there, and what is wrong ends in an {@link java.io.IOException}.
 */
@NullMarked
package org.neuralharmonizer.io.onnx;

import org.jspecify.annotations.NullMarked;
