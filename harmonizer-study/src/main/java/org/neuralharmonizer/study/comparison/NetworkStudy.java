package org.neuralharmonizer.study.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.neuralharmonizer.alignment.AlignmentResult;
import org.neuralharmonizer.alignment.PairedComparison;
import org.neuralharmonizer.alignment.TradeOffFrontier;
import org.neuralharmonizer.study.photographs.PhotographFiles;
import org.neuralharmonizer.study.photographs.StudyImages;

/**
 * Many networks on the same photographs. One network is in memory at a time, and a few photographs;
 * networks that were finished before are read, not computed.
 *
 * @param results in the order of the list
 * @param groups of images by id, such as animals and others; may be empty
 * @param controls floors and ceilings
 * @param seed of every bootstrap, split and draw
 */
public record NetworkStudy(
    List<NetworkResult> results, Map<String, String> groups, StudyControls controls, long seed) {

  public NetworkStudy {
    results = List.copyOf(results);
    groups = Map.copyOf(groups);
  }

  /**
   * Runs or finishes a study.
   *
   * @param scoring what does the work
   * @param folder for partial results
   * @param version of what computes; results of another are not used
   * @param progress told in words what was done
   */
  public static NetworkStudy of(
      List<NetworkEntry> entries,
      StudyProtocol protocol,
      Map<String, String> groups,
      Scoring scoring,
      Path folder,
      String version,
      Consumer<String> progress)
      throws IOException {
    StudyImages photographs = protocol.images();
    PartialResults partial = new PartialResults(folder);
    String data = photographs.digest();
    List<NetworkResult> results = new ArrayList<>();
    for (NetworkEntry entry : entries) {
      String origin =
          String.join(
              "; ",
              entry.network(),
              digest(entry, photographs),
              data,
              protocol.explanation().toString(),
              protocol
                  .labels()
                  .map(given -> Arrays.toString(given.classes()))
                  .orElse("own predictions"),
              "seed " + protocol.seed(),
              version);
      List<ImageScores> before = partial.find(entry.name(), origin);
      List<ImageScores> images = before;
      if (before.size() < photographs.size()) {
        images = scoring.images(entry, before, some -> partial.save(entry.name(), origin, some));
      }
      progress.accept(entry.name() + ": " + told(before.size(), photographs.size()));
      results.add(new NetworkResult(entry.name(), entry.baseline(), entry.accuracy(), images));
    }
    return new NetworkStudy(
        results,
        groups,
        StudyControls.of(photographs, scoring.ceilings(), protocol.seed()),
        protocol.seed());
  }

  private static String told(int before, int all) {
    if (before == all) {
      return "scored before";
    }
    return before == 0 ? "scored" : "scored from image " + (before + 1) + " on";
  }

  /** The mean Spearman correlation of a network, with everything about it. */
  public AlignmentResult alignment(NetworkResult result) {
    return result.alignment(Measure.SPEARMAN, seed);
  }

  /** A network against the center-bias control, image by image; empty without enough maps. */
  public Optional<PairedComparison> againstCenterBias(NetworkResult result) {
    return controls.floors().stream()
        .filter(floor -> floor.name().equals(StudyControls.CENTER_BIAS))
        .findFirst()
        .map(floor -> compared(result, floor));
  }

  /** Two networks on the images that both were scored on; the others count as incomplete. */
  public PairedComparison compared(NetworkResult first, NetworkResult second) {
    List<String> ids = first.images().stream().map(ImageScores::id).toList();
    return PairedComparison.of(scores(first, ids), scores(second, ids), seed);
  }

  /** The labels of images with a human map, ascending; none if labels were not given. */
  public SortedSet<Integer> classes() {
    SortedSet<Integer> classes = new TreeSet<>();
    results.forEach(result -> classes.addAll(result.byClass().keySet()));
    return classes;
  }

  /** The networks with an accuracy and an alignment. */
  public List<TradeOffFrontier.Model> models() {
    return results.stream()
        .filter(
            result ->
                Double.isFinite(result.accuracy(seed).mean())
                    && Double.isFinite(alignment(result).mean()))
        .map(
            result ->
                new TradeOffFrontier.Model(
                    result.name(), result.accuracy(seed).mean(), alignment(result).mean()))
        .toList();
  }

  private static double[] scores(NetworkResult result, List<String> ids) {
    Map<String, Double> scores = new HashMap<>();
    result.images().forEach(image -> scores.put(image.id(), image.score(Measure.SPEARMAN)));
    return ids.stream().mapToDouble(id -> scores.getOrDefault(id, Double.NaN)).toArray();
  }

  /** Of weights or scores, or of all maps from elsewhere. */
  private static String digest(NetworkEntry entry, StudyImages photographs) throws IOException {
    if (!entry.network().equals(NetworkEntry.MAPS)) {
      return PhotographFiles.digest(entry.source());
    }
    StringBuilder digests = new StringBuilder();
    for (String id : photographs.ids()) {
      Path map = entry.source().resolve(id + ".npy");
      digests.append(Files.exists(map) ? PhotographFiles.digest(map) : "none").append(' ');
    }
    return digests.toString();
  }
}
