package org.neuralharmonizer.cuda;

import java.util.Map;
import java.util.TreeMap;

/** What is allocated on a device that does not exist. */
final class Allocations {
  private final long limit;
  private final TreeMap<Long, Long> bytes = new TreeMap<>();
  private long total;
  private long peak;

  Allocations(long limit) {
    this.limit = limit;
  }

  /** Whether there is room; asking for nothing is an error, as it is for the driver. */
  void reserve(long wanted) {
    if (wanted <= 0) {
      throw new CudaException("allocation of " + wanted + " bytes");
    }
    if (wanted > limit - total) {
      throw new OutOfDeviceMemoryException(wanted);
    }
  }

  void add(long address, long length) {
    bytes.put(address, length);
    total += length;
    peak = Math.max(peak, total);
  }

  void remove(long address) {
    Long length = bytes.remove(address);
    if (length == null) {
      throw new CudaException("nothing is allocated at 0x" + Long.toHexString(address));
    }
    total -= length;
  }

  /** Refuses what is not wholly within one allocation. */
  void check(String what, long address, long length) {
    Map.Entry<Long, Long> allocation = bytes.floorEntry(address);
    if (allocation == null
        || address - allocation.getKey() + Math.max(length, 1) > allocation.getValue()) {
      throw new CudaException(
          "%s: %d bytes at 0x%x are not within one allocation%s"
              .formatted(what, length, address, nearest(address, allocation)));
    }
  }

  private static String nearest(long address, Map.Entry<Long, Long> allocation) {
    return allocation == null
        ? ""
        : "; the last before has %d bytes and begins %d bytes before"
            .formatted(allocation.getValue(), address - allocation.getKey());
  }

  long size(long address) {
    return bytes.get(address);
  }

  Map<Long, Long> all() {
    return Map.copyOf(bytes);
  }

  long total() {
    return total;
  }

  long peak() {
    return peak;
  }

  long free() {
    return limit - total;
  }
}
