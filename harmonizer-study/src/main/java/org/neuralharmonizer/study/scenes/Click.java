package org.neuralharmonizer.study.scenes;

/** A place somebody clicked on, in pixels from the top left corner of the image. */
public record Click(double x, double y) {}
