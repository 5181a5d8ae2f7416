package org.neuralharmonizer.cuda;

import java.nio.ByteBuffer;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Pointer;

/** A module of the driver's, in the current context. */
final class LoadedCode implements Device.Code {
  private final CUmod_st module = new CUmod_st();
  private boolean closed;

  LoadedCode(byte[] code) {
    ByteBuffer image = ByteBuffer.allocateDirect(code.length).put(code).flip();
    Driver.check(cudart.cuModuleLoadData(module, new Pointer(image)), "cuModuleLoadData");
  }

  @Override
  public long kernel(String name) {
    CUfunc_st function = new CUfunc_st();
    Driver.check(
        cudart.cuModuleGetFunction(function, module, name), "cuModuleGetFunction of " + name);
    return function.address();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Driver.check(cudart.cuModuleUnload(module), "cuModuleUnload");
    }
  }
}
