package org.neuralharmonizer.cuda;

/** A call of a library on the processor, which checks its operands each time. */
final class EmulatedCall implements Device.LibraryCall {

  /** What a library call computes, given addresses. */
  interface Computation {
    void run(long a, long b, long result);
  }

  private final EmulatedContext context;
  private final String name;
  private final long leftBytes;
  private final long rightBytes;
  private final long resultBytes;
  private final long scratchBytes;
  private final Computation computation;

  EmulatedCall(
      EmulatedContext context,
      String name,
      long leftBytes,
      long rightBytes,
      long resultBytes,
      long scratchBytes,
      Computation computation) {
    this.context = context;
    this.name = name;
    this.leftBytes = leftBytes;
    this.rightBytes = rightBytes;
    this.resultBytes = resultBytes;
    this.scratchBytes = scratchBytes;
    this.computation = computation;
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public boolean deterministic() {
    return true;
  }

  @Override
  public void run(long a, long b, long result, long scratch) {
    context.checkHeld(this);
    context.start(
        () -> check(a, b, result, scratch),
        () -> {
          if (scratchBytes > 0) {
            EmulatorLibrary.poison(scratch, scratchBytes);
          }
          computation.run(a, b, result);
        });
  }

  void check(long a, long b, long result, long scratch) {
    Allocations allocations = context.allocations();
    allocations.check("first operand of " + name, a, leftBytes);
    allocations.check("second operand of " + name, b, rightBytes);
    allocations.check("result of " + name, result, resultBytes);
    EmulatedContext.checkApart(
        "first operand and result of " + name, a, leftBytes, result, resultBytes);
    EmulatedContext.checkApart(
        "second operand and result of " + name, b, rightBytes, result, resultBytes);
    if (scratchBytes > 0) {
      allocations.check("scratch of " + name, scratch, scratchBytes);
      EmulatedContext.checkApart(
          "first operand and scratch of " + name, a, leftBytes, scratch, scratchBytes);
      EmulatedContext.checkApart(
          "second operand and scratch of " + name, b, rightBytes, scratch, scratchBytes);
      EmulatedContext.checkApart(
          "result and scratch of " + name, result, resultBytes, scratch, scratchBytes);
    }
  }

  @Override
  public void close() {
    context.release(this);
  }
}
