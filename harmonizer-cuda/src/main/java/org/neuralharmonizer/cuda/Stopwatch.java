package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;

/** Measures work on a stream by the device's clock. */
final class Stopwatch implements AutoCloseable {
  /** How often the work runs between two marks: marks and replays take microseconds themselves. */
  private static final int RUNS = 3;

  private static final int LAPS = 3;

  private final Device device;
  private final CUstream_st stream;
  private final List<CUevent_st> marks = new ArrayList<>();

  Stopwatch(Device device, CUstream_st stream) {
    this.device = device;
    this.stream = stream;
    try {
      for (int i = 0; i <= LAPS; i++) {
        CUevent_st mark = new CUevent_st();
        Driver.check(cudart.cuEventCreate(mark, cudart.CU_EVENT_DEFAULT), "cuEventCreate");
        marks.add(mark);
      }
    } catch (CudaException e) {
      close();
      throw e;
    }
  }

  /**
   * How long work takes, in the shortest of a few laps. It is replayed from a recording, as it will
   * be when it matters; started one by one, short work would measure this process instead.
   */
  float milliseconds(Runnable work) {
    // Loads kernels; and what cannot run at all fails here, not while it is recorded.
    work.run();
    try (Device.Recording recording = device.record(() -> repeat(work))) {
      // While this runs, the rest is queued: the device never waits for this process.
      recording.replay();
      mark(0);
      for (int lap = 1; lap <= LAPS; lap++) {
        recording.replay();
        mark(lap);
      }
      device.synchronize();
    }
    float shortest = Float.POSITIVE_INFINITY;
    for (int lap = 1; lap <= LAPS; lap++) {
      shortest = Math.min(shortest, between(marks.get(lap - 1), marks.get(lap)));
    }
    return shortest / RUNS;
  }

  private static void repeat(Runnable work) {
    for (int i = 0; i < RUNS; i++) {
      work.run();
    }
  }

  private void mark(int index) {
    Driver.check(cudart.cuEventRecord(marks.get(index), stream), "cuEventRecord");
  }

  private static float between(CUevent_st from, CUevent_st to) {
    float[] milliseconds = new float[1];
    Driver.check(cudart.cuEventElapsedTime(milliseconds, from, to), "cuEventElapsedTime");
    return milliseconds[0];
  }

  @Override
  public void close() {
    marks.forEach(cudart::cuEventDestroy);
    marks.clear();
  }
}
