package org.neuralharmonizer.study.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.neuralharmonizer.backend.ActivationFormat;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.explain.ChannelReduction;
import org.neuralharmonizer.explain.ClassScore;
import org.neuralharmonizer.psychophysics.Readout;
import org.neuralharmonizer.study.psychophysics.LinearProbe;
import org.neuralharmonizer.study.psychophysics.StimulusSettings;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Constants as words of an option, such as {@code max-absolute} for MAX_ABSOLUTE. */
abstract class Words<E extends Enum<E>> implements ITypeConverter<E>, Iterable<String> {
  private final List<E> constants;

  private Words(Class<E> type) {
    constants = List.of(type.getEnumConstants());
  }

  static final class OfReduction extends Words<ChannelReduction> {
    OfReduction() {
      super(ChannelReduction.class);
    }
  }

  static final class OfScore extends Words<ClassScore> {
    OfScore() {
      super(ClassScore.class);
    }
  }

  static final class OfPrecision extends Words<ProductPrecision> {
    OfPrecision() {
      super(ProductPrecision.class);
    }
  }

  static final class OfActivations extends Words<ActivationFormat> {
    OfActivations() {
      super(ActivationFormat.class);
    }
  }

  static final class OfExplanation extends Words<ExplanationOptions.Method> {
    OfExplanation() {
      super(ExplanationOptions.Method.class);
    }
  }

  static final class OfGrowth extends Words<StimulusSettings.Growth> {
    OfGrowth() {
      super(StimulusSettings.Growth.class);
    }
  }

  static final class OfOrder extends Words<StimulusSettings.Order> {
    OfOrder() {
      super(StimulusSettings.Order.class);
    }
  }

  static final class OfBackground extends Words<StimulusSettings.Background> {
    OfBackground() {
      super(StimulusSettings.Background.class);
    }
  }

  static final class OfProbe extends Words<LinearProbe.Kind> {
    OfProbe() {
      super(LinearProbe.Kind.class);
    }
  }

  static final class OfLayout extends Words<TrialsCommand.Layout> {
    OfLayout() {
      super(TrialsCommand.Layout.class);
    }
  }

  static final class OfReadout extends Words<Readout> {
    OfReadout() {
      super(Readout.class);
    }
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public E convert(String text) {
    for (E constant : constants) {
      if (word(constant).equals(text.toLowerCase(Locale.ROOT).replace('_', '-'))) {
        return constant;
      }
    }
    String known = String.join(", ", this);
    throw new TypeConversionException("expected one of " + known + " but was '" + text + "'");
  }

  @Override
  public Iterator<String> iterator() {
    return constants.stream().map(Words::word).iterator();
  }
}
