package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.List;

/** Operands of a library's call in the one format that it takes, converted in scratch memory. */
final class SameFormat {
  private final Format format;
  private final List<Work> before = new ArrayList<>();
  private final List<Work> after = new ArrayList<>();
  private long taken;

  /**
   * Nothing yet.
   *
   * @param taken bytes of scratch that others use
   */
  SameFormat(Format format, long taken) {
    this.format = format;
    this.taken = Arena.aligned(taken);
  }

  /** Scratch memory for so many values. */
  Location room(long values) {
    Location room = new Location(Location.Area.SCRATCH, taken, format);
    taken = Arena.aligned(taken + values * format.bytes());
    return room;
  }

  /** Where the call finds an operand. */
  Location operand(Location x, int values) {
    if (x.format() == format) {
      return x;
    }
    Location converted = room(values);
    before(Movements.conversion(x, converted, values));
    return converted;
  }

  /** Where the call leaves its result. */
  Location result(Location y, int values) {
    if (y.format() == format) {
      return y;
    }
    Location converted = room(values);
    after(Movements.conversion(converted, y, values));
    return converted;
  }

  /** Where an operand or the result is. */
  Location place(Location x, int values, boolean isResult) {
    return isResult ? result(x, values) : operand(x, values);
  }

  void before(Work work) {
    before.add(work);
  }

  void after(Work work) {
    after.add(work);
  }

  /** Bytes of scratch before what the library asks for. */
  long taken() {
    return taken;
  }

  /** All works, in order. */
  List<Work> around(Work call) {
    List<Work> works = new ArrayList<>(before);
    works.add(call);
    works.addAll(after);
    return works;
  }
}
