package org.neuralharmonizer.study.report;

/**
 * One result in large type.
 *
 * @param label what it is
 * @param value as it is to be read, such as {@code 0.41 → 0.78}
 * @param note one line more, may be empty
 */
public record KeyFigure(String label, String value, String note) {}
