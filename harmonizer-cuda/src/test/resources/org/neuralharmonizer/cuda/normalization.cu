// multiply · add · step · multiply · sum, over [8, 16, 14, 14]
extern "C" __global__ void __launch_bounds__(THREADS) fused_sum_0(
    const float* x0, const float* x1, const float* x2, float* y0, double* parts) {
  const unsigned tile = thread_index() / WARP;
  if (tile >= 128u) {
    return;
  }
  const unsigned begin = tile * 196u;
  const unsigned end = begin + 196u;
  double s0 = 0;
  for (unsigned p = begin + (threadIdx.x % WARP) * 4; p < end; p += 128u) {
    float a0[4];
    load4(a0, x0 + p);
    const float v1 = x1[p / 196u % 16u];
    const float v2 = x2[p / 196u % 16u];
    float b0[4];
    float t0[4];
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const float v0 = a0[i];
      const float v3 = v0 * v1;
      const float v4 = v3 + v2;
      const float v5 = step(v4);
      const float v6 = relu(v4);
      b0[i] = v6;
      t0[i] = v6;
    }
    store4(y0 + p, b0);
    s0 += (t0[0] + t0[1]) + (t0[2] + t0[3]);
  }
  s0 = warp_sum(s0);
  if (threadIdx.x % WARP == 0) {
    parts[tile] = s0;
  }
}
