package org.neuralharmonizer.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * What becomes of a picture before a network sees it: which part of its central square is taken,
 * and of each channel (pixel · range / 255 − mean) / deviation. It travels with a network as {@link
 * #text}.
 *
 * @param channels which channels the network takes, in which order
 * @param range of a white pixel
 * @param mean of each channel, in that range
 * @param deviation of each channel
 * @param centralShare of the height of the central square, in (0, 1]; resizing to 256 and cropping
 *     224 takes 0.875
 */
public record Preprocessing(
    Channels channels,
    double range,
    List<Double> mean,
    List<Double> deviation,
    double centralShare) {
  private static final double WHITE = 255;
  private static final double TORCHVISION = 224.0 / 256;
  private static final Set<String> WORDS =
      Set.of("channels", "range", "mean", "deviation", "central");
  private static final String FORM =
      "use one of %s, or channels=rgb range=1 mean=0,0,0 deviation=1,1,1 central=1";

  /** The channels that a network takes. */
  public enum Channels {
    /** Red, green, blue. */
    RGB(3),
    /** Blue, green, red. */
    BGR(3),
    /** One: 0.299 red + 0.587 green + 0.114 blue, of ITU-R BT.601. */
    GREY(1);

    private static final double[] LUMA = {0.299, 0.587, 0.114};

    private final int count;

    Channels(int count) {
      this.count = count;
    }

    /** How many they are. */
    public int count() {
      return count;
    }

    private double value(Tensor pixels, int red, int area, int channel) {
      if (this == GREY) {
        return LUMA[0] * pixels.value(red)
            + LUMA[1] * pixels.value(red + area)
            + LUMA[2] * pixels.value(red + 2 * area);
      }
      return pixels.value(red + (this == RGB ? channel : 2 - channel) * area);
    }
  }

  /** Keeps copies. */
  public Preprocessing {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    boolean isFinite =
        Double.isFinite(range)
            && mean.stream().allMatch(Double::isFinite)
            && deviation.stream().allMatch(each -> Double.isFinite(each) && each > 0);
    if (mean.size() != channels.count() || deviation.size() != channels.count() || !isFinite) {
      throw new IllegalArgumentException(
          "preprocessing: range %s, mean %s, deviation %s of %s — give finite numbers, one mean and one deviation above 0 for each channel"
              .formatted(range, mean, deviation, channels));
    }
    if (!(centralShare > 0 && centralShare <= 1)) {
      throw new IllegalArgumentException(
          "preprocessing: a share of %s of the central square cannot be taken — give above 0 to 1"
              .formatted(centralShare));
    }
  }

  /** Pixels as x / 255. */
  public static Preprocessing unit() {
    return rgb(1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
  }

  /** Pixels as x / 127.5 − 1: Keras' mode "tf". */
  public static Preprocessing signed() {
    return rgb(1, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));
  }

  /** By mean and deviation of ImageNet's channels: Keras' mode "torch". */
  public static Preprocessing imagenet() {
    return rgb(1, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
  }

  /** As {@link #imagenet}, of seven eighths of the central square: torchvision's evaluation. */
  public static Preprocessing torchvision() {
    return imagenet().withCentralShare(TORCHVISION);
  }

  /** Another part of the central square. */
  public Preprocessing withCentralShare(double share) {
    return new Preprocessing(channels, range, mean, deviation, share);
  }

  /** Blue, green and red less their means, up to 255: Keras' mode "caffe". */
  public static Preprocessing caffe() {
    return new Preprocessing(
        Channels.BGR, WHITE, List.of(103.939, 116.779, 123.68), List.of(1.0, 1.0, 1.0), 1);
  }

  /** Pixels 0…255 as they are. */
  public static Preprocessing raw() {
    return rgb(WHITE, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
  }

  /** Grey as x / 255. */
  public static Preprocessing grey() {
    return new Preprocessing(Channels.GREY, 1, List.of(0.0), List.of(1.0), 1);
  }

  private static Preprocessing rgb(double range, List<Double> mean, List<Double> deviation) {
    return new Preprocessing(Channels.RGB, range, mean, deviation, 1);
  }

  /** The presets by name. */
  public static Map<String, Preprocessing> presets() {
    Map<String, Preprocessing> presets = new LinkedHashMap<>();
    presets.put("unit", unit());
    presets.put("signed", signed());
    presets.put("imagenet", imagenet());
    presets.put("torchvision", torchvision());
    presets.put("caffe", caffe());
    presets.put("raw", raw());
    presets.put("grey", grey());
    return presets;
  }

  /**
   * Reads what {@link #text} wrote, or the name of a preset.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Preprocessing parse(String text) {
    Preprocessing preset = presets().get(text.strip());
    if (preset != null) {
      return preset;
    }
    Map<String, String> words = new LinkedHashMap<>();
    for (String word : text.strip().split("\\s+", -1)) {
      int equals = word.indexOf('=');
      words.put(word.substring(0, Math.max(equals, 0)), word.substring(equals + 1));
    }
    if (!words.keySet().equals(WORDS)) {
      throw unreadable(text, null);
    }
    try {
      return new Preprocessing(
          Channels.valueOf(words.get("channels").toUpperCase(Locale.ROOT)),
          Double.parseDouble(words.get("range")),
          numbers(words.get("mean")),
          numbers(words.get("deviation")),
          Double.parseDouble(words.get("central")));
    } catch (IllegalArgumentException e) {
      throw unreadable(text, e);
    }
  }

  private static IllegalArgumentException unreadable(String text, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "preprocessing \"%s\" is not understood — ".formatted(text)
            + FORM.formatted(presets().keySet()),
        cause);
  }

  private static List<Double> numbers(String text) {
    List<Double> numbers = new ArrayList<>();
    for (String number : text.split(",", -1)) {
      numbers.add(Double.valueOf(number));
    }
    return numbers;
  }

  /**
   * Such as {@code channels=grey range=1.0 mean=0.0 deviation=1.0 central=1.0}, for {@link #parse}.
   */
  public String text() {
    return "channels=%s range=%s mean=%s deviation=%s central=%s"
        .formatted(
            channels.name().toLowerCase(Locale.ROOT),
            range,
            list(mean),
            list(deviation),
            centralShare);
  }

  private static String list(List<Double> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /**
   * What the network takes, computed in double and rounded once.
   *
   * @param pixels red, green and blue of 0…255, … × 3 × H × W
   * @return … × C × H × W
   * @throws ShapeException if the pixels are not of three channels
   */
  public Tensor apply(Tensor pixels) {
    Shape shape = pixels.shape();
    if (shape.rank() < 3 || shape.extent(-3) != Channels.RGB.count()) {
      throw new ShapeException(
          "preprocessing: pixels are " + shape + ", expected red, green and blue, … × 3 × H × W");
    }
    int area = shape.extent(-1) * shape.extent(-2);
    int count = channels.count();
    return Tensor.generate(
        shape.with(-3, count),
        i -> {
          int channel = i / area % count;
          int red = i / (area * count) * (area * Channels.RGB.count()) + i % area;
          double value = channels.value(pixels, red, area, channel) * range / WHITE;
          return (value - mean.get(channel)) / deviation.get(channel);
        });
  }
}
