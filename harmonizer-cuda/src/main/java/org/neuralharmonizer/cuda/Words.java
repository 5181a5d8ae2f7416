package org.neuralharmonizer.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * Words of eight bytes in this process, from which native calls read arguments and to which they
 * write results. Whoever hands out pointers into it keeps it reachable during the call.
 *
 * <p>It is memory of the JVM's: what JavaCPP allocates it may refuse, once the libraries of CUDA
 * have made the process larger than twice the Java heap.
 */
final class Words {
  private final ByteBuffer memory;
  private final long address;

  Words(int count) {
    memory = ByteBuffer.allocateDirect(Math.multiplyExact(count, Long.BYTES));
    memory.order(ByteOrder.nativeOrder());
    address = new Pointer(memory).address();
  }

  /** Any address as JavaCPP takes it; nothing is freed with it. */
  static Pointer pointer(long address) {
    return new Address(address);
  }

  void put(int index, long value) {
    memory.putLong(index * Long.BYTES, value);
  }

  /** The first half of the word is what a pointer to it shows. */
  void put(int index, float value) {
    memory.putFloat(index * Long.BYTES, value);
  }

  long get(int index) {
    return memory.getLong(index * Long.BYTES);
  }

  long address(int index) {
    assert index * Long.BYTES < memory.capacity();
    return address + (long) index * Long.BYTES;
  }

  Pointer at(int index) {
    return pointer(address(index));
  }

  SizeTPointer sizeAt(int index) {
    return new SizeTPointer(at(index));
  }

  /** For an array of pointers that begins there. */
  PointerPointer<Pointer> pointersAt(int index) {
    return new PointerPointer<>(at(index));
  }

  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }
}
