package org.neuralharmonizer.alignment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Alignment by group of images, such as class, or animal and non-animal. */
public final class GroupedAlignment {
  private GroupedAlignment() {}

  /**
   * One group.
   *
   * @param images images of the group that have a map
   * @param undefined images of them without a defined score, which are left out of the mean
   * @param interval the mean with its uncertainty over the images of the group
   */
  public record Group(int images, int undefined, BootstrapInterval interval) {}

  /**
   * The groups of a result in the order of their names. Undefined scores are left out and counted.
   *
   * @param group the name of the group that an image's id belongs to
   */
  public static Map<String, Group> of(
      AlignmentResult result, UnaryOperator<String> group, Bootstrap bootstrap) {
    Map<String, List<AlignmentResult.ImageScore>> members = new TreeMap<>();
    for (AlignmentResult.ImageScore image : result.images()) {
      members.computeIfAbsent(group.apply(image.id()), name -> new ArrayList<>()).add(image);
    }
    Map<String, Group> groups = new LinkedHashMap<>();
    members.forEach((name, images) -> groups.put(name, group(images, bootstrap)));
    return groups;
  }

  private static Group group(List<AlignmentResult.ImageScore> images, Bootstrap bootstrap) {
    double[] defined =
        images.stream()
            .filter(image -> image.score().isPresent())
            .mapToDouble(image -> image.score().getAsDouble())
            .toArray();
    return new Group(images.size(), images.size() - defined.length, bootstrap.ofMean(defined));
  }
}
