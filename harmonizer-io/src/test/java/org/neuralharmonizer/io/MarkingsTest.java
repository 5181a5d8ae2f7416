package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.data.GaussianBlur;
import org.neuralharmonizer.data.MarkedPoint;
import org.neuralharmonizer.data.Marking;
import org.neuralharmonizer.data.PointMaps;
import org.neuralharmonizer.data.Resampling;
import org.neuralharmonizer.tensor.Tensor;

class MarkingsTest {
  private static final String CLICKS =
      """
      user_id,clicks,image_path,is_mobile,user_catch_trial
      7,"{""(3,4)"",""(5,6)""}",n01/a.jpg,False,0.97
      8,"[(1, 2)]",n01/a.jpg,True,
      9,{},n01/b.jpg,,1
      """;

  @TempDir Path folder;

  @Test
  void clicksOfEveryFormAreRead() throws IOException {
    List<Marking> markings = Markings.clicks(file(CLICKS));
    assertThat(markings)
        .containsExactly(
            new Marking(
                "n01/a.jpg",
                "7",
                List.of(MarkedPoint.at(3.5, 4.5), MarkedPoint.at(5.5, 6.5)),
                OptionalDouble.of(0.97),
                Marking.Pointer.DESKTOP),
            new Marking(
                "n01/a.jpg",
                "8",
                List.of(MarkedPoint.at(1.5, 2.5)),
                OptionalDouble.empty(),
                Marking.Pointer.MOBILE),
            new Marking(
                "n01/b.jpg", "9", List.of(), OptionalDouble.of(1), Marking.Pointer.UNKNOWN));
    List<Marking> marked = Markings.clicks(file("\uFEFF" + CLICKS));
    assertThat(marked).isEqualTo(markings);
  }

  @Test
  void fixationsOfASubjectInAnImageAreOneMarking() throws IOException {
    Path table =
        file("image,subject,index,x,y,duration_ms\na,1,1,1,1,70\nb,1,1,2,2,80\na,1,2,3,4,90\n");
    assertThat(Markings.fixations(table, PixelOrigin.CENTRE_ONE, Markings.FixationWeight.DURATION))
        .containsExactly(
            Marking.of(
                "a", "1", List.of(new MarkedPoint(0.5, 0.5, 70), new MarkedPoint(2.5, 3.5, 90))),
            Marking.of("b", "1", List.of(new MarkedPoint(1.5, 1.5, 80))));
    assertThat(
            Markings.fixations(table, PixelOrigin.BORDER, Markings.FixationWeight.EQUAL)
                .get(1)
                .points())
        .containsExactly(MarkedPoint.at(2, 2));
  }

  /** The reference maps are float, and so are ours between blur and mean over blocks. */
  @ParameterizedTest
  @ValueSource(strings = {"1097", "1008"})
  void theReferenceMapsFollowFromTheFixations(String image) throws IOException {
    Path reference = ReferenceData.folder("osie-gaze");
    List<Marking> markings =
        Markings.fixations(
            reference.resolve("fixations.csv"),
            PixelOrigin.CENTRE_ONE,
            Markings.FixationWeight.EQUAL);
    PointMaps blurred = PointMaps.of(600, 800).prepared(GaussianBlur.centred(24));
    Tensor sum = Npy.read(reference.resolve("maps").resolve(image + "_map_150x200_f32.npy"));
    var raters = blurred.prepared(Resampling.AREA.to(150, 200)).raters(image, markings);
    assertThat(raters.raters()).isEqualTo(15);
    Tensor mean = raters.mean().values();
    for (int i = 0; i < sum.size(); i++) {
      assertThat(15.0 * mean.value(i)).isEqualTo(sum.value(i), within(1e-8 + 1e-5 * sum.value(i)));
    }
    Path each = reference.resolve("maps").resolve(image + "_subjects_15x75x100_f32.npy");
    if (Files.exists(each)) {
      Tensor expected = Npy.read(each);
      Tensor ours = blurred.prepared(Resampling.AREA.to(75, 100)).raters(image, markings).values();
      assertThat(ours.shape()).isEqualTo(expected.shape());
      for (int i = 0; i < ours.size(); i++) {
        double value = expected.value(i);
        assertThat((double) ours.value(i)).isEqualTo(value, within(1e-9 + 1e-5 * value));
      }
    }
  }

  @Test
  void whatIsWrongIsNamed() throws IOException {
    assertRefused("image_path,clicks\n", "no column user_id among \"image_path, clicks\"");
    assertRefused(
        "image_path,user_id,clicks\na,1,\"(3,4) and (5,6)\"\n",
        "record 1: clicks has \" and \" among its points — write");
    assertRefused("image_path,user_id,clicks\na,,\n", "record 1: no user_id — fill it in");
    assertRefused("image_path,user_id,clicks,is_mobile\na,1,,maybe\n", "is_mobile is \"maybe\"");
    assertRefused(
        "image_path,user_id,clicks\na,1,\"(1e999,4)\"\n", "clicks is \"1e999\" — give a finite");
    assertRefused("image_path,user_id,clicks\n\"a,1,\n", "not a CSV table");
    Path table = file("image,subject,x,y,duration\na,1,1,1,-5\n");
    assertThatThrownBy(
            () -> Markings.fixations(table, PixelOrigin.BORDER, Markings.FixationWeight.DURATION))
        .hasMessageContaining("record 1: a duration of -5.0");
  }

  @Test
  void survivesDamage() throws IOException {
    byte[] valid = CLICKS.getBytes(StandardCharsets.UTF_8);
    new Hostile(folder.resolve("damaged.csv"), Markings::clicks, 2 << 20)
        .cut(valid)
        .flip(valid, 1000, 5);
  }

  private void assertRefused(String table, String message) throws IOException {
    Path file = file(table);
    assertThatThrownBy(() -> Markings.clicks(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("table.csv"), text);
  }
}
