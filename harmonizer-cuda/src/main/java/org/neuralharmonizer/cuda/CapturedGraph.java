package org.neuralharmonizer.cuda;

import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;

/** The work of a stream as an executable graph of the driver's. */
final class CapturedGraph implements Device.Recording {
  private final CUstream_st stream;
  private final CUgraphExec_st graph;
  private boolean closed;

  private CapturedGraph(CUstream_st stream, CUgraphExec_st graph) {
    this.stream = stream;
    this.graph = graph;
  }

  static CapturedGraph of(CUstream_st stream, Runnable work) {
    // Relaxed: on first use the libraries load kernels, which stricter modes forbid meanwhile.
    Driver.check(
        cudart.cuStreamBeginCapture(stream, cudart.CU_STREAM_CAPTURE_MODE_RELAXED),
        "cuStreamBeginCapture");
    CUgraph_st graph = new CUgraph_st();
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      // Its own status says no more than the failure that led here.
      cudart.cuStreamEndCapture(stream, graph);
      destroy(graph);
      throw e;
    }
    Driver.check(cudart.cuStreamEndCapture(stream, graph), "cuStreamEndCapture");
    CUgraphExec_st executable = new CUgraphExec_st();
    try {
      Driver.check(cudart.cuGraphInstantiate(executable, graph, 0), "cuGraphInstantiate");
    } finally {
      destroy(graph);
    }
    return new CapturedGraph(stream, executable);
  }

  private static void destroy(CUgraph_st graph) {
    if (!graph.isNull()) {
      cudart.cuGraphDestroy(graph);
    }
  }

  @Override
  public void replay() {
    Driver.check(cudart.cuGraphLaunch(graph, stream), "cuGraphLaunch");
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Driver.check(cudart.cuGraphExecDestroy(graph), "cuGraphExecDestroy");
    }
  }
}
