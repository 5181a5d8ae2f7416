package org.neuralharmonizer.spark;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.neuralharmonizer.train.ShareSums;
import org.neuralharmonizer.train.ShareWorker;
import org.neuralharmonizer.train.TrainStep;
import org.neuralharmonizer.train.TrainingListener;
import scala.Tuple2;

/**
 * What shares give, cut into pieces that meet in the shuffle. A key is a piece's place, then its
 * share; sorted so, all shares of a place come one after the other, and are added in that order
 * whatever arrives first. At place 0 is the outcome, from 1 on are the values. All of it is bytes,
 * which every serializer of Spark's can write.
 *
 * @param shares how many there are
 */
record Pieces(int shares) implements Serializable {
  /** Values of a piece: few enough to spread evenly, enough to travel well. */
  static final int SIZE = 1 << 16;

  private static final int OUTCOME = 6 * Double.BYTES;

  /** Pieces of so many values. */
  static int count(int values) {
    return 1 + (values + SIZE - 1) / SIZE;
  }

  /** A share's pieces, each made when it is written. */
  Iterator<Tuple2<Long, byte[]>> cut(int share, ShareWorker.Contribution given) {
    return IntStream.range(0, count(given.values().length))
        .mapToObj(place -> new Tuple2<>((long) place * shares + share, piece(place, given)))
        .iterator();
  }

  private static byte[] piece(int place, ShareWorker.Contribution given) {
    if (place == 0) {
      return bytes(given.outcome());
    }
    int from = (place - 1) * SIZE;
    return Floats.bytes(given.values(), from, Math.min(from + SIZE, given.values().length));
  }

  /** All pieces of a place go to one partition. */
  Partitioner partitioner(int partitions) {
    return new ByPlace(shares, partitions);
  }

  /** From sorted pieces those of each place together: values added up, outcomes in a row. */
  Iterator<Tuple2<Integer, byte[]>> sums(Iterator<Tuple2<Long, byte[]>> sorted) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return sorted.hasNext();
      }

      @Override
      public Tuple2<Integer, byte[]> next() {
        Tuple2<Long, byte[]> first = sorted.next();
        int place = (int) (first._1() / shares);
        return new Tuple2<>(place, place == 0 ? row(first, sorted) : sum(first, sorted));
      }
    };
  }

  private byte[] row(Tuple2<Long, byte[]> first, Iterator<Tuple2<Long, byte[]>> sorted) {
    ByteArrayOutputStream row = new ByteArrayOutputStream();
    row.writeBytes(first._2());
    for (int share = 1; share < shares; share++) {
      row.writeBytes(following(first, share, sorted));
    }
    return row.toByteArray();
  }

  private byte[] sum(Tuple2<Long, byte[]> first, Iterator<Tuple2<Long, byte[]>> sorted) {
    FloatSum sum = new FloatSum(first._2().length);
    sum.add(first._2());
    for (int share = 1; share < shares; share++) {
      sum.add(following(first, share, sorted));
    }
    return sum.bytes();
  }

  private static byte[] following(
      Tuple2<Long, byte[]> first, int share, Iterator<Tuple2<Long, byte[]>> sorted) {
    Tuple2<Long, byte[]> next = sorted.next();
    if (next._1() != first._1() + share) {
      throw new IllegalStateException(
          "training: a piece of share %d did not come through the shuffle".formatted(share));
    }
    return next._2();
  }

  /** All places together again. */
  static ShareSums.Sums joined(List<Tuple2<Integer, byte[]>> sums) {
    int values =
        sums.stream()
            .filter(sum -> sum._1() > 0)
            .mapToInt(sum -> sum._2().length / Float.BYTES)
            .sum();
    float[] joined = new float[values];
    List<TrainStep.Outcome> outcomes = new ArrayList<>();
    for (Tuple2<Integer, byte[]> sum : sums) {
      if (sum._1() == 0) {
        ByteBuffer row = ByteBuffer.wrap(sum._2());
        while (row.hasRemaining()) {
          outcomes.add(outcome(row));
        }
      } else {
        Floats.copy(sum._2(), joined, (sum._1() - 1) * SIZE);
      }
    }
    return new ShareSums.Sums(outcomes, joined);
  }

  private static byte[] bytes(TrainStep.Outcome outcome) {
    TrainingListener.Losses losses = outcome.losses();
    return ByteBuffer.allocate(OUTCOME)
        .putDouble(losses.total())
        .putDouble(losses.crossEntropy())
        .putDouble(losses.harmonization())
        .putDouble(losses.weightDecay())
        .putDouble(outcome.right())
        .putDouble(outcome.explanationDeviation())
        .array();
  }

  private static TrainStep.Outcome outcome(ByteBuffer bytes) {
    TrainingListener.Losses losses =
        new TrainingListener.Losses(
            bytes.getDouble(), bytes.getDouble(), bytes.getDouble(), bytes.getDouble());
    return new TrainStep.Outcome(
        losses, (int) bytes.getDouble(), bytes.getDouble(), TrainingListener.Gradients.UNKNOWN);
  }

  private static final class ByPlace extends Partitioner {
    private static final long serialVersionUID = 1;

    private final int shares;
    private final int partitions;

    ByPlace(int shares, int partitions) {
      this.shares = shares;
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object key) {
      return (int) ((long) key / shares % partitions);
    }
  }
}
