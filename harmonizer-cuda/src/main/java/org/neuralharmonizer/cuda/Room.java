package org.neuralharmonizer.cuda;

/**
 * Device memory that may be used while algorithms are timed.
 *
 * @param bytes of scratch
 */
record Room(long a, long b, long result, long scratch, long bytes) {}
