/**
 * How far maps agree with people's: measures, reliability of people among themselves, ceilings,
 * intervals and controls. Takes maps from anywhere; knows no networks.
 */
@NullMarked
package org.neuralharmonizer.alignment;

import org.jspecify.annotations.NullMarked;
