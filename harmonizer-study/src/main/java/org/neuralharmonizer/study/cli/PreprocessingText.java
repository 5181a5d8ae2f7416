package org.neuralharmonizer.study.cli;

import org.neuralharmonizer.data.Preprocessing;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What becomes of pixels, as an option: the name of a preset, or the numbers. */
final class PreprocessingText implements ITypeConverter<Preprocessing> {
  @Override
  public Preprocessing convert(String text) {
    try {
      return Preprocessing.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
