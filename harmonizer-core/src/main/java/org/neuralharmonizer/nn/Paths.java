package org.neuralharmonizer.nn;

/** Names of parameters. */
final class Paths {
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private Paths() {}

  static String join(String parent, String child) {
    return parent.isEmpty() ? child : parent + "." + child;
  }

  /** A 64-bit key of a path (FNV-1a over its characters), for its own stream of random numbers. */
  static long key(String path) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < path.length(); i++) {
      hash = (hash ^ path.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }
}
