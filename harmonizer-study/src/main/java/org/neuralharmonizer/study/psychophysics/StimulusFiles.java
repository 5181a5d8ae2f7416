package org.neuralharmonizer.study.psychophysics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.io.Json;
import org.neuralharmonizer.psychophysics.MeanSpectrum;
import org.neuralharmonizer.psychophysics.PhaseScrambling;
import org.neuralharmonizer.psychophysics.Region;
import org.neuralharmonizer.psychophysics.RevealLevels;
import org.neuralharmonizer.study.networks.Framing;
import org.neuralharmonizer.study.photographs.Labels;
import org.neuralharmonizer.study.photographs.PhotographFiles;
import org.neuralharmonizer.study.photographs.Photographs;
import org.neuralharmonizer.study.report.Csv;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Stimuli as files: one PNG for each image with a map and each level, {@code manifest.csv} with a
 * line for each, and {@code manifest.json} with the settings. Same photographs, settings and
 * version, same bytes.
 */
public final class StimulusFiles {
  static final String MANIFEST = "manifest.csv";
  static final String SETTINGS = "manifest.json";
  static final String HEADER =
      "file,image,label,level,percent,pixels,seed,order,box_x,box_y,box_width,box_height,set";

  private static final double WHITE = 255;

  /** What a level shows. */
  private record View(Tensor picture, double percent, int pixels, Region.Box box) {}

  private StimulusFiles() {}

  /**
   * Draws and writes the stimuli of all photographs that have a map.
   *
   * @param folder that exists and holds no manifest
   * @param context what else is to be told in the JSON, such as versions
   * @return the manifest, image by image
   * @throws IllegalArgumentException if the folder holds stimuli, or a map has no positive value
   */
  public static List<Stimulus> write(
      Path folder,
      PhotographFiles photographs,
      Optional<Labels> labels,
      StimulusSettings settings,
      Map<String, String> context)
      throws IOException {
    Path manifest = folder.resolve(MANIFEST);
    if (Files.exists(manifest)) {
      throw new IllegalArgumentException(
          "stimuli: \"%s\" is there already — name another folder".formatted(manifest));
    }
    SeededRandom random = SeededRandom.of(settings.seed());
    Optional<int[]> classes = labels.map(Labels::classes);
    Optional<MeanSpectrum> set = spectrum(photographs, settings);
    List<Stimulus> all = new ArrayList<>();
    int image = 0;
    for (int i = 0; i < photographs.size(); i++) {
      int position = i;
      Photographs one = photographs.read(i, Framing.whole(settings.size()));
      if (one.hasMap(0)) {
        String label = classes.map(each -> String.valueOf(each[position])).orElse("");
        long seed = random.stream(i).nextLong();
        List<View> views = views(one, seed, set, settings);
        for (int level = 0; level < views.size(); level++) {
          Stimulus drawn = stimulus(one.ids().get(0), image, label, level, seed, views, settings);
          Images.write(folder.resolve(drawn.file()), views.get(level).picture());
          all.add(drawn);
        }
        image++;
      }
    }
    Json.write(folder.resolve(SETTINGS), described(settings, context, image, all.size()));
    Csv.write(manifest, table(all, settings));
    return List.copyOf(all);
  }

  /**
   * The picture of a stimulus drawn once more, from the photographs and what its line in the
   * manifest says; rounded to whole grey values it is that of its file.
   *
   * @throws IllegalArgumentException if the photographs are without its image
   */
  public static Tensor again(
      PhotographFiles photographs, Stimulus stimulus, StimulusSettings settings)
      throws IOException {
    int position = photographs.ids().indexOf(stimulus.image());
    if (position < 0) {
      throw new IllegalArgumentException(
          "stimulus \"%s\": no photograph \"%s\" — give the folder it was drawn from"
              .formatted(stimulus.file(), stimulus.image()));
    }
    Photographs one = photographs.read(position, Framing.whole(settings.size()));
    return views(one, stimulus.seed(), spectrum(photographs, settings), settings)
        .get(stimulus.level())
        .picture();
  }

  private static Optional<MeanSpectrum> spectrum(
      PhotographFiles photographs, StimulusSettings settings) throws IOException {
    if (settings.background() == StimulusSettings.Background.IMAGE) {
      return Optional.empty();
    }
    MeanSpectrum spectrum = new MeanSpectrum();
    for (int i = 0; i < photographs.size(); i++) {
      Photographs one = photographs.read(i, Framing.whole(settings.size()));
      if (one.hasMap(0)) {
        spectrum.add(pixels(one, settings));
      }
    }
    return Optional.of(spectrum);
  }

  private static Tensor pixels(Photographs one, StimulusSettings settings) {
    return one.pixels().reshape(Shape.of(3, settings.size(), settings.size()));
  }

  private static List<View> views(
      Photographs one, long seed, Optional<MeanSpectrum> set, StimulusSettings settings) {
    int side = settings.size();
    Tensor pixels = pixels(one, settings);
    ImportanceMap map = ImportanceMap.of(one.maps().reshape(Shape.of(side, side)));
    Region region = grown(one.ids().get(0), map, seed, settings);
    long phases = SeededRandom.of(seed).stream(1).nextLong();
    Tensor noise =
        set.map(spectrum -> spectrum.noise(phases))
            .orElseGet(() -> PhaseScrambling.of(pixels, phases));
    Tensor background = PhaseScrambling.withinRange(noise, 0, WHITE);
    RevealLevels levels = settings.levels();
    List<View> views = new ArrayList<>();
    for (int level = 0; level < levels.count(); level++) {
      int shown = levels.pixels(level, settings.budget());
      Tensor picture = region.revealed(shown, pixels, background);
      views.add(new View(picture, levels.percents().get(level), shown, region.box(shown)));
    }
    views.add(new View(pixels, 100, side * side, new Region.Box(0, 0, side, side)));
    return views;
  }

  private static Stimulus stimulus(
      String id,
      int image,
      String label,
      int level,
      long seed,
      List<View> views,
      StimulusSettings settings) {
    View view = views.get(level);
    String file = id + "_" + StimulusManifest.condition(level) + ".png";
    int set = settings.levels().setOf(image, level);
    return new Stimulus(
        file, id, label, level, view.percent(), view.pixels(), seed, view.box(), set);
  }

  private static Region grown(
      String image, ImportanceMap map, long seed, StimulusSettings settings) {
    try {
      return settings.growth(seed).grow(map, settings.budget());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("stimuli of \"" + image + "\": " + e.getMessage(), e);
    }
  }

  private static Map<String, Object> described(
      StimulusSettings settings, Map<String, String> context, int images, int stimuli) {
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("images", images);
    described.put("stimuli", stimuli);
    described.put("size", settings.size());
    described.put("percents", settings.levels().percents());
    described.put("budget", settings.budget());
    described.put("order", settings.order().name());
    described.put("growth", settings.growth().name());
    described.put("background", settings.background().name());
    // A number of JSON has not the digits of every seed.
    described.put("seed", String.valueOf(settings.seed()));
    described.put("context", context);
    return described;
  }

  private static List<String> table(List<Stimulus> stimuli, StimulusSettings settings) {
    List<String> lines = new ArrayList<>(List.of(HEADER));
    for (Stimulus each : stimuli) {
      Region.Box box = each.box();
      lines.add(
          Csv.line(
              each.file(),
              each.image(),
              each.label(),
              each.level(),
              each.percent(),
              each.pixels(),
              each.seed(),
              settings.order().name().toLowerCase(Locale.ROOT),
              box.left(),
              box.top(),
              box.width(),
              box.height(),
              each.set()));
    }
    return lines;
  }
}
