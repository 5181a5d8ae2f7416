package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Damages a valid file in many ways and requires of a reader an IOException or success. */
final class Hostile {
  private static final int CUTS = 200;
  private static final int SWEPT = 1024;

  private final Path file;
  private final Reader reader;
  private final long allocation;
  private UnaryOperator<byte[]> repair = bytes -> bytes;
  private int refused;
  private int read;

  @FunctionalInterface
  interface Reader {
    Object read(Path file) throws IOException;
  }

  /** {@code allocation} bounds the bytes that one attempt may allocate, in total. */
  Hostile(Path file, Reader reader, long allocation) {
    this.file = file;
    this.reader = reader;
    this.allocation = allocation;
  }

  /** Applied after the damage, such as correcting checksums so that it gets further. */
  Hostile repairing(UnaryOperator<byte[]> repair) {
    this.repair = repair;
    return this;
  }

  int refused() {
    return refused;
  }

  /** Every length up to 1024 and a spread of others. */
  Hostile cut(byte[] valid) throws IOException {
    int step = Math.max(1, valid.length / CUTS);
    for (int length = 0; length < valid.length; length += length < SWEPT / 4 ? 1 : step) {
      attempt(Arrays.copyOf(valid, length), "cut to " + length);
    }
    return this;
  }

  /** One to four bytes replaced at seeded places, half of them within the first kilobyte. */
  Hostile flip(byte[] valid, int attempts, long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < attempts; i++) {
      byte[] damaged = valid.clone();
      int count = 1 + random.nextInt(4);
      for (int j = 0; j < count; j++) {
        int range = random.nextBoolean() ? Math.min(SWEPT, valid.length) : valid.length;
        byte[] extremes = {0, -1, 127, -128, (byte) random.nextInt()};
        damaged[random.nextInt(range)] = extremes[random.nextInt(extremes.length)];
      }
      attempt(damaged, "flip " + i + " of seed " + seed);
    }
    return this;
  }

  void attempt(byte[] bytes, String what) throws IOException {
    Files.write(file, repair.apply(bytes));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      reader.read(file);
      read++;
    } catch (IOException e) {
      refused++;
      assertThat(e).as(what).hasMessageStartingWith("read \"" + file + "\": ");
      assertThat(e.getMessage()).as(what).contains(" — ");
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what + " escaped as " + e, e);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).as("bytes allocated for " + what).isLessThan(allocation);
  }

  @Override
  public String toString() {
    return refused + " refused, " + read + " read";
  }
}
