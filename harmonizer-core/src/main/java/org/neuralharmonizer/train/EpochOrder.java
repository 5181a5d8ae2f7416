package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.data.ImageSource;
import org.neuralharmonizer.data.ImageSource.Visit;
import org.neuralharmonizer.tensor.SeededRandom;

/** The order in which an epoch takes the images of a source. */
final class EpochOrder {
  private static final long STREAM = 1;

  private final ImageSource images;
  private final SeededRandom random;
  private final MapBranch branch;
  private long epoch = -1;
  private int[] positions = {};

  EpochOrder(ImageSource images, SeededRandom random, MapBranch branch) {
    this.images = images;
    this.random = random;
    this.branch = branch;
  }

  /** How many images of a batch can have a map, at most. */
  int mappedPerBatch(int batch) {
    if (branch == MapBranch.ALL_IMAGES) {
      return batch;
    }
    long mapped = IntStream.range(0, images.size()).filter(i -> hasMap(i, 0)).count();
    // An even spread has at most the share, rounded up; a batch may end one epoch and begin
    // another.
    return (int) Math.min(batch, (batch * mapped + images.size() - 1) / images.size() + 1);
  }

  /** A stretch of all epochs' orders, one after the other; those with a map first if asked for. */
  List<Visit> stretch(long from, int count) {
    List<Visit> taken = new ArrayList<>();
    for (long place = from; place < from + count; place++) {
      long number = place / images.size();
      taken.add(new Visit(order(number)[(int) (place % images.size())], number));
    }
    if (branch == MapBranch.MAPPED_IMAGES) {
      List<Visit> mappedFirst = new ArrayList<>(taken.stream().filter(images::hasMap).toList());
      taken.stream().filter(visit -> !images.hasMap(visit)).forEach(mappedFirst::add);
      return mappedFirst;
    }
    return taken;
  }

  private int[] order(long number) {
    if (number != epoch) {
      int[] drawn = random.stream(STREAM, number).permutation(images.size());
      positions = branch == MapBranch.ALL_IMAGES ? drawn : spread(drawn, number);
      epoch = number;
    }
    return positions;
  }

  private int[] spread(int[] drawn, long number) {
    int[] mapped = IntStream.of(drawn).filter(i -> hasMap(i, number)).toArray();
    int[] others = IntStream.of(drawn).filter(i -> !hasMap(i, number)).toArray();
    int[] even = new int[drawn.length];
    int taken = 0;
    for (int i = 0; i < even.length; i++) {
      boolean due = (long) (i + 1) * mapped.length / even.length > taken;
      even[i] = due ? mapped[taken++] : others[i - taken];
    }
    return even;
  }

  private boolean hasMap(int position, long number) {
    return images.hasMap(new Visit(position, number));
  }
}
