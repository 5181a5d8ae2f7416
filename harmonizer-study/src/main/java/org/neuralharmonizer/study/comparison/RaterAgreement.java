package org.neuralharmonizer.study.comparison;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.alignment.BootstrapReliability;
import org.neuralharmonizer.alignment.ImageReliability;
import org.neuralharmonizer.alignment.LeaveOneOutReliability;
import org.neuralharmonizer.alignment.SplitHalfReliability;
import org.neuralharmonizer.data.RaterMaps;

/**
 * How well people agree, in pieces that can be computed anywhere and in any order: each is a tenth
 * of the splits and draws of one photograph. Confined to one thread.
 */
public final class RaterAgreement {
  private static final int PIECES = 10;

  /** Enough for the mean of one image to be known to a hundredth of the spread of its splits. */
  private static final int SPLITS = 1000;

  private static final int DRAWS = 50;

  private final StudyProtocol protocol;
  private int read = -1;
  private @Nullable RaterMaps raters;

  public RaterAgreement(StudyProtocol protocol) {
    this.protocol = protocol;
  }

  /**
   * Some of the scores of one photograph.
   *
   * @param id the photograph
   * @param raters how many
   * @param splitHalf by split
   * @param leaveOneOut the mean over raters; NaN in all pieces but the first
   * @param filledHalves by draw
   */
  public record Piece(
      String id, int raters, double[] splitHalf, double leaveOneOut, double[] filledHalves)
      implements Serializable {}

  /** How many pieces there are; none where single raters are not known. */
  public int pieces() {
    return protocol.images().hasRaters() ? PIECES * protocol.images().size() : 0;
  }

  /** A piece, from 0 on; empty where fewer than two raters saw the photograph. */
  public Optional<Piece> piece(int number) throws IOException {
    RaterMaps known = raters(number / PIECES);
    if (known == null || known.raters() < 2) {
      return Optional.empty();
    }
    int part = number % PIECES;
    int splits = SPLITS / PIECES;
    int draws = DRAWS / PIECES;
    return Optional.of(
        new Piece(
            known.id(),
            known.raters(),
            SplitHalfReliability.seeded(protocol.seed(), SPLITS)
                .scores(known, part * splits, (part + 1) * splits),
            part == 0 ? LeaveOneOutReliability.standard().of(List.of(known)).mean() : Double.NaN,
            BootstrapReliability.seeded(protocol.seed())
                .withIterations(DRAWS)
                .ceilingScores(known, part * draws, (part + 1) * draws)));
  }

  /** Pieces of one photograph mostly follow one another. */
  private @Nullable RaterMaps raters(int photograph) throws IOException {
    if (photograph != read) {
      raters =
          protocol.images().read(photograph, StudyControls.WHOLE).raterMaps().stream()
              .findFirst()
              .orElse(null);
      read = photograph;
    }
    return raters;
  }

  /** The ceilings that all pieces in their order make. */
  public static List<StudyControls.Ceiling> ceilings(List<Piece> pieces) {
    List<StudyControls.Ceiling> ceilings = new ArrayList<>();
    for (int first = 0; first < pieces.size(); first += PIECES) {
      ceilings.add(ceiling(pieces.subList(first, first + PIECES)));
    }
    return ceilings;
  }

  private static StudyControls.Ceiling ceiling(List<Piece> pieces) {
    Piece first = pieces.get(0);
    double splitHalf = mean(pieces, Piece::splitHalf);
    return new StudyControls.Ceiling(
        first.id(),
        first.raters(),
        splitHalf,
        SplitHalfReliability.spearmanBrown(splitHalf),
        first.leaveOneOut(),
        mean(pieces, Piece::filledHalves));
  }

  private static double mean(List<Piece> pieces, Function<Piece, double[]> form) {
    double[] scores = pieces.stream().map(form).flatMapToDouble(Arrays::stream).toArray();
    return ImageReliability.of(pieces.get(0).id(), pieces.get(0).raters(), scores)
        .mean()
        .orElse(Double.NaN);
  }
}
