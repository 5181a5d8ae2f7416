package org.neuralharmonizer.study.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.data.ImportanceMap;
import org.neuralharmonizer.io.MalformedFileException;
import org.neuralharmonizer.io.Npy;
import org.neuralharmonizer.study.networks.Framing;
import org.neuralharmonizer.study.photographs.Photographs;
import org.neuralharmonizer.tensor.Tensor;

/** Scores networks on this machine, and what was computed elsewhere. */
public final class NetworkEvaluation implements Scoring {
  /** Chunks after which what was scored is kept: some minutes of a large network. */
  private static final int KEPT = 32;

  private final StudyProtocol protocol;
  private final Backend backend;

  /** The backend stays the caller's to close. */
  public NetworkEvaluation(StudyProtocol protocol, Backend backend) {
    this.protocol = protocol;
    this.backend = backend;
  }

  @Override
  public List<ImageScores> images(NetworkEntry entry, List<ImageScores> before, Keeper keeper)
      throws IOException {
    List<ImageScores> images =
        switch (entry.network()) {
          case NetworkEntry.SCORES -> scores(entry);
          case NetworkEntry.MAPS -> maps(entry);
          default -> computed(entry, before, keeper);
        };
    keeper.keep(images);
    return images;
  }

  @Override
  public List<StudyControls.Ceiling> ceilings() throws IOException {
    RaterAgreement agreement = new RaterAgreement(protocol);
    List<RaterAgreement.Piece> pieces = new ArrayList<>();
    for (int number = 0; number < agreement.pieces(); number++) {
      agreement.piece(number).ifPresent(pieces::add);
    }
    return RaterAgreement.ceilings(pieces);
  }

  /** A network's maps of a few photographs, or those from elsewhere; of scores there are none. */
  List<ImportanceMap> maps(NetworkEntry entry, List<Integer> positions) throws IOException {
    List<ImportanceMap> maps = new ArrayList<>();
    if (!entry.isNetwork()) {
      for (int position : positions) {
        maps.add(map(entry, protocol.images().ids().get(position)));
      }
      return maps;
    }
    try (NetworkScorer scorer = NetworkScorer.of(protocol, entry, backend)) {
      for (int position : positions) {
        maps.add(scorer.map(position));
      }
    }
    return maps;
  }

  private List<ImageScores> computed(NetworkEntry entry, List<ImageScores> before, Keeper keeper)
      throws IOException {
    int first = before.size() / NetworkScorer.CHUNK;
    List<ImageScores> images = new ArrayList<>(before.subList(0, first * NetworkScorer.CHUNK));
    try (NetworkScorer scorer = NetworkScorer.of(protocol, entry, backend)) {
      for (int chunk = first; chunk < NetworkScorer.chunks(protocol.images().size()); chunk++) {
        if (chunk > first && chunk % KEPT == 0) {
          keeper.keep(images);
        }
        images.addAll(scorer.chunk(chunk));
      }
    }
    return images;
  }

  private List<ImageScores> maps(NetworkEntry entry) throws IOException {
    List<ImageScores> images = new ArrayList<>();
    for (int i = 0; i < protocol.images().size(); i++) {
      String id = protocol.images().ids().get(i);
      if (!Files.exists(file(entry, id))) {
        images.add(new ImageScores(id, -1, -1, Map.of()));
        continue;
      }
      ImportanceMap map = map(entry, id);
      Photographs photograph = protocol.images().read(i, Framing.whole(map.height()));
      images.add(ImageScores.of(map, photograph, 0, -1, -1, protocol.seed()));
    }
    return images;
  }

  private List<ImageScores> scores(NetworkEntry entry) throws IOException {
    Map<String, String> given = NetworkList.pairs(entry.source());
    List<ImageScores> images = new ArrayList<>();
    for (String id : protocol.images().ids()) {
      String cell = given.get(id);
      try {
        images.add(
            new ImageScores(
                id,
                -1,
                -1,
                cell == null ? Map.of() : Map.of(Measure.SPEARMAN, Double.valueOf(cell))));
      } catch (NumberFormatException e) {
        throw new MalformedFileException(
            "read \"%s\": the score of \"%s\" is \"%s\" — give a number"
                .formatted(entry.source(), id, cell),
            e);
      }
    }
    return images;
  }

  private static Path file(NetworkEntry entry, String id) {
    return entry.source().resolve(id + ".npy");
  }

  private static ImportanceMap map(NetworkEntry entry, String id) throws IOException {
    Path file = file(entry, id);
    Tensor values = Npy.read(file);
    if (values.shape().rank() != 2 || values.shape().extent(0) != values.shape().extent(1)) {
      throw new MalformedFileException(
          "read \"%s\": the array is %s — give a square map of the photograph's central square"
              .formatted(file, values.shape()));
    }
    return ImportanceMap.of(values);
  }
}
