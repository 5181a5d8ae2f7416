package org.neuralharmonizer.study.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.io.Images;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;

final class StimuliCommandTest {
  private static final int SIDE = 16;
  private static final int LEVELS = 12;

  @TempDir private Path folder;
  private TinyPhotographs tiny;

  @BeforeEach
  void draw() throws IOException {
    tiny = TinyPhotographs.in(folder);
  }

  private Command stimuli(Path out, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("psychophysics", "stimuli"));
    if (!List.of(more).contains("--size")) {
      arguments.addAll(List.of("--size", SIDE));
    }
    arguments.addAll(List.of("--images", tiny.images(), "--maps", tiny.maps(), "--out", out));
    arguments.addAll(List.of(more));
    return Command.run(arguments.toArray());
  }

  private static List<String[]> manifest(Path out) throws IOException {
    List<String> lines = Files.readAllLines(out.resolve("manifest.csv"));
    assertThat(lines.get(0))
        .isEqualTo(
            "file,image,label,level,percent,pixels,seed,order,"
                + "box_x,box_y,box_width,box_height,set");
    return lines.stream().skip(1).map(line -> line.replace("\"", "").split(",", -1)).toList();
  }

  @Test
  void everyMappedPhotographAtEveryLevel() throws IOException {
    Path out = folder.resolve("stimuli");
    Command command = stimuli(out, "--labels", tiny.labels());
    assertThat(command.err()).isEmpty();
    assertThat(command.status()).isZero();
    assertThat(command.out()).contains("48 stimuli of 4 photographs, 1 without a map left out");
    Map<String, Integer> met = new HashMap<>();
    for (String[] line : manifest(out)) {
      int level = Integer.parseInt(line[3]);
      assertThat(Images.read(out.resolve(line[0])).shape()).isEqualTo(Shape.of(3, SIDE, SIDE));
      assertThat(line[0]).isEqualTo("%s_%02d.png".formatted(line[1], level));
      assertThat(line[2]).isEqualTo(String.valueOf(Integer.parseInt(line[1].substring(1)) % 3));
      met.merge("set " + line[12] + " image " + line[1], 1, Integer::sum);
      met.merge("level " + level + " pixels " + line[5], 1, Integer::sum);
    }
    // Each set holds each of four images once; each level shows equally many pixels of all four.
    assertThat(met).hasSize(LEVELS * 4 + LEVELS);
    assertThat(met.values()).containsOnly(1, 4);
    assertThat(met).containsEntry("level 0 pixels 1", 4).containsEntry("level 10 pixels 64", 4);
    Map<String, Object> json = Json.object(Json.read(out.resolve("manifest.json")));
    assertThat(json).containsEntry("growth", "PROBABILISTIC").containsEntry("budget", 64.0);
  }

  /** All levels of an image lie on the same noise, and differ where something is revealed. */
  @Test
  void boxesHoldWhatDiffersFromTheNoise() throws IOException {
    Path out = folder.resolve("stimuli");
    stimuli(out, "--growth", "deterministic");
    for (String[] line : manifest(out)) {
      int level = Integer.parseInt(line[3]);
      if (level > 0 && level < LEVELS - 1) {
        Tensor one = Images.read(out.resolve("%s_00.png".formatted(line[1])));
        Tensor more = Images.read(out.resolve(line[0]));
        int left = Integer.parseInt(line[8]);
        int top = Integer.parseInt(line[9]);
        int changed = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
          boolean isInside =
              i % SIDE >= left
                  && i % SIDE < left + Integer.parseInt(line[10])
                  && i / SIDE >= top
                  && i / SIDE < top + Integer.parseInt(line[11]);
          boolean differs = one.value(i) != more.value(i);
          changed += differs ? 1 : 0;
          boolean isOnePixel = isMiddle(i % SIDE) && isMiddle(i / SIDE);
          assertThat(isInside || isOnePixel || !differs).isTrue();
        }
        assertThat(changed).isLessThanOrEqualTo(Integer.parseInt(line[5]) + 1);
      }
    }
  }

  /** Where the one pixel of the first level lies, in an even number of rows or columns. */
  private static boolean isMiddle(int place) {
    return place == SIDE / 2 - 1 || place == SIDE / 2;
  }

  @Test
  void sameSeedSameBytes() throws IOException {
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    Path changed = folder.resolve("changed");
    stimuli(one, "--seed", 5);
    stimuli(other, "--seed", 5);
    stimuli(changed, "--seed", 6);
    try (Stream<Path> files = Files.list(one)) {
      for (Path file : files.toList()) {
        assertThat(other.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
    assertThat(Files.mismatch(one.resolve("p0_05.png"), changed.resolve("p0_05.png")))
        .isNotNegative();
  }

  @Test
  void mistakesAreNamed() throws IOException {
    Path out = folder.resolve("stimuli");
    stimuli(out);
    Command again = stimuli(out);
    assertThat(again.status()).isEqualTo(Main.WRONG_USE);
    assertThat(again.err()).contains("manifest.csv\" is there already — name another folder");
    Command nothing = stimuli(folder.resolve("none"), "--budget", 0);
    Command huge = stimuli(folder.resolve("huge"), "--size", 50000);
    assertThat(huge.err()).contains("50000 × 50000 pixels — give a size of 1 to 4096");
    assertThat(nothing.err()).contains("--budget is 0.0 — give above 0 to 100");
    Npy.write(tiny.maps().resolve("p0_map.npy"), Tensor.zeros(Shape.of(12, 16)));
    Command flat = stimuli(folder.resolve("flat"));
    assertThat(flat.err())
        .contains("stimuli of \"p0\": region growth: nothing in the map is above 0");
    assertThat(Command.run("psychophysics").err()).contains("no command given");
  }
}
