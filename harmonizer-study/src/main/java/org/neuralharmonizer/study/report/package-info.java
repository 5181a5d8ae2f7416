/**
 * Reports: one HTML file that holds its pictures, charts and scripts, and fetches nothing when it
 * is viewed. Every text given to it is escaped.
 */
@NullMarked
package org.neuralharmonizer.study.report;

import org.jspecify.annotations.NullMarked;
