package org.neuralharmonizer.cuda;

import java.util.List;

/** Work that was noted; it is checked again at each replay. */
final class EmulatedRecording implements Device.Recording {
  private final EmulatedContext context;
  private final List<EmulatedContext.Work> list;

  EmulatedRecording(EmulatedContext context, List<EmulatedContext.Work> list) {
    this.context = context;
    this.list = list;
  }

  @Override
  public void replay() {
    context.checkNotRecording("replay");
    context.checkHeld(this);
    for (EmulatedContext.Work work : list) {
      work.check();
      work.run();
    }
  }

  @Override
  public void close() {
    context.release(this);
  }
}
