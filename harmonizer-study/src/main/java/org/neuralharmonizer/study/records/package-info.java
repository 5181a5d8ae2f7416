/**
 * Training from records: scores over a source of any length, the course of a run as files, and the
 * networks that were best on the way.
 */
@NullMarked
package org.neuralharmonizer.study.records;

import org.jspecify.annotations.NullMarked;
