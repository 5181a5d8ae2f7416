package org.neuralharmonizer.study.photographs;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.neuralharmonizer.data.Augmentation;
import org.neuralharmonizer.data.ImageCatalogue;
import org.neuralharmonizer.data.MapPreparation;
import org.neuralharmonizer.data.View;
import org.neuralharmonizer.io.ClickMeCatalogue;
import org.neuralharmonizer.study.networks.Framing;
import org.neuralharmonizer.tensor.SeededRandom;
import org.neuralharmonizer.tensor.Tensor;

/**
 * ClickMe's records as they are scored while a network trains on them: those with a label, maps as
 * the released code prepares them, pixels not rounded. Immutable.
 */
public final class RecordPhotographs implements StudyImages {
  private static final MapPreparation MAPS = MapPreparation.asReleased();

  private final ClickMeCatalogue records;
  private final ImageCatalogue labeled;
  private final List<String> ids;

  /** Takes over the records, which are closed with this. */
  public RecordPhotographs(ClickMeCatalogue records) {
    this.records = records;
    labeled = records.labeled();
    ids = IntStream.range(0, labeled.size()).mapToObj(i -> labeled.entry(i).id()).toList();
  }

  @Override
  public int size() {
    return labeled.size();
  }

  @Override
  public List<String> ids() {
    return ids;
  }

  @Override
  public int mapped() {
    return (int) IntStream.range(0, size()).filter(i -> labeled.entry(i).hasMap()).count();
  }

  /** Records do not say who clicked. */
  @Override
  public boolean hasRaters() {
    return false;
  }

  /** The classes of the records. */
  public Labels labels() {
    return Labels.of(
        IntStream.range(0, size()).map(i -> labeled.entry(i).label().orElseThrow()).toArray(),
        "of the records");
  }

  @Override
  public String description() {
    return "%s, %d of them left out for want of a label; central square; maps %s"
        .formatted(records.description(), records.size() - size(), MAPS.description());
  }

  @Override
  public String digest() {
    return "CRC-32C " + records.checksum();
  }

  @Override
  public Photographs read(int from, int to, Framing framing) throws IOException {
    return Photographs.of(
        to - from,
        framing,
        i -> {
          ImageCatalogue.Sample sample = labeled.read(from + i);
          String id = ids.get(from + i);
          return new Photographs.Prepared(
              id,
              shown(sample.pixels(), framing),
              sample.map().map(map -> prepared(map, framing)),
              Optional.empty());
        });
  }

  private static Tensor prepared(Tensor map, Framing framing) {
    Tensor prepared = MAPS.apply(shown(map, framing));
    return prepared.shape().extent(-1) == framing.size()
        ? prepared
        : View.WHOLE.show(prepared, framing.size(), framing.size());
  }

  private static Tensor shown(Tensor planes, Framing framing) {
    int size = framing.size();
    return Augmentation.central(framing.share())
        .draw(planes.shape().extent(-2), planes.shape().extent(-1), SeededRandom.of(0))
        .show(planes, size, size);
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
