package org.neuralharmonizer.train;

import java.util.ArrayList;
import java.util.List;
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
  private List<Visit> visits = List.of();

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
    long mapped = visits(0).stream().filter(images::hasMap).count();
    // An even spread has at most the share, rounded up; a batch may end one epoch and begin
    // another.
    return (int) Math.min(batch, (batch * mapped + images.size() - 1) / images.size() + 1);
  }

  /** A stretch of all epochs' orders, one after the other; those with a map first if asked for. */
  List<Visit> stretch(long from, int count) {
    List<Visit> taken = new ArrayList<>();
    for (long place = from; place < from + count; place++) {
      taken.add(visits(place / images.size()).get((int) (place % images.size())));
    }
    if (branch == MapBranch.MAPPED_IMAGES) {
      List<Visit> mappedFirst = new ArrayList<>(taken.stream().filter(images::hasMap).toList());
      taken.stream().filter(visit -> !images.hasMap(visit)).forEach(mappedFirst::add);
      return mappedFirst;
    }
    return taken;
  }

  private List<Visit> visits(long wanted) {
    if (wanted != epoch) {
      List<Visit> drawn = new ArrayList<>();
      for (int position : random.stream(STREAM, wanted).permutation(images.size())) {
        drawn.add(new Visit(position, wanted));
      }
      visits = branch == MapBranch.ALL_IMAGES ? drawn : spread(drawn);
      epoch = wanted;
    }
    return visits;
  }

  private List<Visit> spread(List<Visit> drawn) {
    List<Visit> mapped = drawn.stream().filter(images::hasMap).toList();
    List<Visit> others = drawn.stream().filter(visit -> !images.hasMap(visit)).toList();
    List<Visit> even = new ArrayList<>();
    int taken = 0;
    for (int i = 0; i < drawn.size(); i++) {
      boolean due = (long) (i + 1) * mapped.size() / drawn.size() > taken;
      even.add(due ? mapped.get(taken++) : others.get(i - taken));
    }
    return even;
  }
}
