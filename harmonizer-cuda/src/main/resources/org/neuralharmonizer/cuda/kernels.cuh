// What generated kernels are made of. Every extent is a constant of the geometry G with which a
// template is instantiated, so that divisions by it become multiplications and loops unroll. Types
// X, Y and W of operands are float or bfloat16.
//
// Blocks have 256 threads. Sums are formed in a fixed order, so the same input gives the same bits.

constexpr unsigned THREADS = 256;
constexpr unsigned WARP = 32;
constexpr unsigned WARPS = THREADS / WARP;

__device__ __forceinline__ unsigned thread_index() { return blockIdx.x * THREADS + threadIdx.x; }

__device__ __forceinline__ float not_a_number() { return __int_as_float(0x7fc00000); }

__device__ __forceinline__ void load4(float* to, const float* from) {
  const float4 v = *reinterpret_cast<const float4*>(from);
  to[0] = v.x;
  to[1] = v.y;
  to[2] = v.z;
  to[3] = v.w;
}

__device__ __forceinline__ void store4(float* to, const float* from) {
  *reinterpret_cast<float4*>(to) = make_float4(from[0], from[1], from[2], from[3]);
}

// What a float is rounded to, to the nearest and, halfway between two, to the even one.
__device__ __forceinline__ unsigned upper_half(float x) {
  const unsigned bits = __float_as_uint(x);
  return x != x ? 0x7fc0u : (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
}

// The upper half of a float: its sign, its exponent, and 8 significant bits.
struct bfloat16 {
  unsigned short bits;

  __device__ __forceinline__ operator float() const {
    return __uint_as_float(static_cast<unsigned>(bits) << 16);
  }

  __device__ __forceinline__ bfloat16& operator=(float x) {
    bits = static_cast<unsigned short>(upper_half(x));
    return *this;
  }
};

// As a bfloat16 will be read.
__device__ __forceinline__ float rounded(float x) { return __uint_as_float(upper_half(x) << 16); }

__device__ __forceinline__ void load4(float* to, const bfloat16* from) {
  const uint2 v = *reinterpret_cast<const uint2*>(from);
  to[0] = __uint_as_float(v.x << 16);
  to[1] = __uint_as_float(v.x & 0xffff0000u);
  to[2] = __uint_as_float(v.y << 16);
  to[3] = __uint_as_float(v.y & 0xffff0000u);
}

__device__ __forceinline__ void store4(bfloat16* to, const float* from) {
  *reinterpret_cast<uint2*>(to) = make_uint2(upper_half(from[0]) | upper_half(from[1]) << 16,
                                             upper_half(from[2]) | upper_half(from[3]) << 16);
}

// x · step(x), which at −∞ is 0 and at NaN is NaN.
__device__ __forceinline__ float relu(float x) { return x <= 0.0f ? 0.0f : x; }

__device__ __forceinline__ float step(float x) { return x > 0.0f ? 1.0f : 0.0f; }

__device__ __forceinline__ float sign(float x) { return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x; }

// The sum over a warp, in its first lane.
__device__ __forceinline__ double warp_sum(double s) {
#pragma unroll
  for (unsigned distance = WARP / 2; distance > 0; distance /= 2) {
    s += __shfl_down_sync(0xffffffffu, s, distance);
  }
  return s;
}

// The sum over a block, in its first thread.
__device__ __forceinline__ double block_sum(double s) {
  __shared__ double warps[WARPS];
  s = warp_sum(s);
  if (threadIdx.x % WARP == 0) {
    warps[threadIdx.x / WARP] = s;
  }
  __syncthreads();
  s = 0;
  if (threadIdx.x < WARP) {
    s = warp_sum(threadIdx.x < WARPS ? warps[threadIdx.x] : 0.0);
  }
  // The next sum uses the same memory.
  __syncthreads();
  return s;
}

// ---- The second half of sums formed in parts -----------------------------------------------

// Sum j of G::sums is that of parts[(o · sums + j) · each + t] over o < G::outer and t < G::each.

// One block for each sum.
template <class G, class Y>
__device__ void finish_by_blocks(const double* parts, Y* y) {
  const unsigned j = blockIdx.x;
  double s = 0;
  for (unsigned i = threadIdx.x; i < G::outer * G::each; i += THREADS) {
    s += parts[(i / G::each * G::sums + j) * G::each + i % G::each];
  }
  s = block_sum(s);
  if (threadIdx.x == 0) {
    y[j] = static_cast<float>(s);
  }
}

// One warp for each sum.
template <class G, class Y>
__device__ void finish_by_warps(const double* parts, Y* y) {
  const unsigned j = thread_index() / WARP;
  if (j >= G::sums) {
    return;
  }
  double s = 0;
  for (unsigned i = threadIdx.x % WARP; i < G::outer * G::each; i += WARP) {
    s += parts[(i / G::each * G::sums + j) * G::each + i % G::each];
  }
  s = warp_sum(s);
  if (threadIdx.x % WARP == 0) {
    y[j] = static_cast<float>(s);
  }
}

// One lane for each sum, for parts of which neighbours belong to different sums (G::each = 1).
template <class G, class Y>
__device__ void finish_by_lanes(const double* parts, Y* y) {
  __shared__ double rows[WARPS][WARP];
  const unsigned lane = threadIdx.x % WARP;
  const unsigned row = threadIdx.x / WARP;
  const unsigned j = blockIdx.x * WARP + lane;
  double s = 0;
  if (j < G::sums) {
    for (unsigned o = row; o < G::outer; o += WARPS) {
      s += parts[o * G::sums + j];
    }
  }
  rows[row][lane] = s;
  __syncthreads();
  if (row == 0 && j < G::sums) {
    for (unsigned i = 1; i < WARPS; i++) {
      s += rows[i][lane];
    }
    y[j] = static_cast<float>(s);
  }
}

// ---- Sums over any axes --------------------------------------------------------------------

// G::kept(j) is the position of the first term of sum j, G::summed(r) the distance of term r from
// it. There are G::sums sums of G::terms terms, formed in G::parts parts of G::length terms.

template <class G, class Y>
__device__ __forceinline__ void store_sum(double s, unsigned j, unsigned part, Y* y,
                                          double* parts) {
  if (G::parts == 1) {
    y[j] = static_cast<float>(s);
  } else {
    parts[part * G::sums + j] = s;
  }
}

template <class G, class X>
__device__ __forceinline__ double partial_sum(const X* x, unsigned j, unsigned part,
                                              unsigned first, unsigned step) {
  const unsigned begin = part * G::length;
  const unsigned end = min(begin + G::length, static_cast<unsigned>(G::terms));
  const X* from = x + G::kept(j);
  double s = 0;
#pragma unroll 4
  for (unsigned r = begin + first; r < end; r += step) {
    s += from[G::summed(r)];
  }
  return s;
}

// Neighbouring lanes have neighbouring sums.
template <class G, class X, class Y>
__device__ void sum_by_lanes(const X* x, Y* y, double* parts) {
  __shared__ double rows[WARPS][WARP];
  const unsigned part = blockIdx.x % G::parts;
  const unsigned lane = threadIdx.x % WARP;
  const unsigned row = threadIdx.x / WARP;
  const unsigned j = blockIdx.x / G::parts * WARP + lane;
  double s = j < G::sums ? partial_sum<G>(x, j, part, row, WARPS) : 0.0;
  rows[row][lane] = s;
  __syncthreads();
  if (row == 0 && j < G::sums) {
    for (unsigned i = 1; i < WARPS; i++) {
      s += rows[i][lane];
    }
    store_sum<G>(s, j, part, y, parts);
  }
}

// Neighbouring lanes have neighbouring terms.
template <class G, class X, class Y>
__device__ void sum_by_warps(const X* x, Y* y, double* parts) {
  const unsigned part = blockIdx.x % G::parts;
  const unsigned j = blockIdx.x / G::parts * WARPS + threadIdx.x / WARP;
  if (j >= G::sums) {
    return;
  }
  const double s = warp_sum(partial_sum<G>(x, j, part, threadIdx.x % WARP, WARP));
  if (threadIdx.x % WARP == 0) {
    store_sum<G>(s, j, part, y, parts);
  }
}

// Every thread has a sum of its own, of few terms.
template <class G, class X, class Y>
__device__ void sum_by_threads(const X* x, Y* y, double* parts) {
  const unsigned j = thread_index();
  if (j < G::sums) {
    store_sum<G>(partial_sum<G>(x, j, 0, 0, 1), j, 0, y, parts);
  }
}

// ---- Movements -----------------------------------------------------------------------------

// Element i goes from G::from(i) to G::to(i), G::width neighbours at a time.
template <class G, class X, class Y>
__device__ void move(const X* x, Y* y) {
  const unsigned i = thread_index() * G::width;
  if (i >= G::size) {
    return;
  }
  if (G::width == 4) {
    float v[4];
    load4(v, x + G::from(i));
    store4(y + G::to(i), v);
  } else {
    y[G::to(i)] = x[G::from(i)];
  }
}

// In each plane, rows of y are columns of x. G::from and G::to begin a plane; G::from_stride is from
// one column of x to the next, G::to_stride from one row of y to the next.
template <class G, class X, class Y>
__device__ void transpose(const X* x, Y* y) {
  __shared__ float tile[WARP][WARP + 1];
  constexpr unsigned across = (G::columns + WARP - 1) / WARP;
  constexpr unsigned down = (G::rows + WARP - 1) / WARP;
  const unsigned plane = blockIdx.x / (across * down);
  const unsigned row = blockIdx.x / across % down * WARP;
  const unsigned column = blockIdx.x % across * WARP;
  const unsigned lane = threadIdx.x % WARP;
  const X* from = x + G::from(plane);
  Y* to = y + G::to(plane);
  for (unsigned i = threadIdx.x / WARP; i < WARP; i += WARPS) {
    if (column + i < G::columns && row + lane < G::rows) {
      tile[i][lane] = from[(column + i) * G::from_stride + row + lane];
    }
  }
  __syncthreads();
  for (unsigned i = threadIdx.x / WARP; i < WARP; i += WARPS) {
    if (row + i < G::rows && column + lane < G::columns) {
      to[(row + i) * G::to_stride + column + lane] = tile[lane][i];
    }
  }
}

// The first index that is not a whole number of 0 … G::rows − 1 is noted, with its position.
template <class G>
__device__ void check_rows(const float* index, float* status) {
  if (thread_index() > 0 || status[0] != 0.0f) {
    return;
  }
  for (unsigned i = 0; i < G::count; i++) {
    const float row = index[i];
    if (!(row >= 0.0f && row < G::rows && row == truncf(row))) {
      status[0] = G::number;
      status[1] = static_cast<float>(i);
      status[2] = row;
      return;
    }
  }
}

template <class G, class X, class Y>
__device__ void gather_rows(const X* x, const float* index, Y* y) {
  const unsigned p = thread_index();
  if (p >= G::count * G::row) {
    return;
  }
  const float row = index[p / G::row];
  const bool inside = row >= 0.0f && row < G::rows;
  y[p] = inside ? x[static_cast<unsigned>(row) * G::row + p % G::row] : not_a_number();
}

template <class G, class X, class Y>
__device__ void scatter_rows(const X* x, const float* index, Y* y) {
  const unsigned p = thread_index();
  if (p >= G::rows * G::row) {
    return;
  }
  const float row = p / G::row;
  float s = 0;
  for (unsigned i = 0; i < G::count; i++) {
    if (index[i] == row) {
      s += x[i * G::row + p % G::row];
    }
  }
  y[p] = s;
}

// ---- Choices -------------------------------------------------------------------------------

// NaN exceeds every number; of equals the first is taken.
__device__ __forceinline__ bool exceeds(float a, unsigned at, float b, unsigned bt) {
  const bool a_nan = a != a;
  const bool b_nan = b != b;
  if (a_nan || b_nan) {
    return a_nan && (!b_nan || at < bt);
  }
  return a > b || (a == b && at < bt);
}

// A value and where it is.
struct Best {
  float value;
  unsigned index;

  __device__ __forceinline__ void take(float other, unsigned at) {
    if (exceeds(other, at, value, index)) {
      value = other;
      index = at;
    }
  }
};

// The best of a warp, in its first lane.
__device__ __forceinline__ Best best_of_warp(Best best) {
#pragma unroll
  for (unsigned distance = WARP / 2; distance > 0; distance /= 2) {
    const float value = __shfl_down_sync(0xffffffffu, best.value, distance);
    const unsigned index = __shfl_down_sync(0xffffffffu, best.index, distance);
    best.take(value, index);
  }
  return best;
}

// One warp for each row of G::columns.
template <class G, class X>
__device__ void arg_max(const X* x, float* y) {
  const unsigned row = thread_index() / WARP;
  if (row >= G::rows) {
    return;
  }
  const unsigned lane = threadIdx.x % WARP;
  const unsigned first = lane < G::columns ? lane : 0;
  Best best = {x[row * G::columns + first], first};
  for (unsigned i = lane + WARP; i < G::columns; i += WARP) {
    best.take(x[row * G::columns + i], i);
  }
  best = best_of_warp(best);
  if (lane == 0) {
    y[row] = static_cast<float>(best.index);
  }
}

// ---- Windows -------------------------------------------------------------------------------

// A window at output o reads, at tap k, position o · stride − before + k · dilation of G's axis
// G::Rows or G::Columns. G::planes of G::Rows::extent × G::Columns::extent.

template <class A>
__device__ __forceinline__ int position(int output, int tap) {
  return output * A::stride - A::before + tap * A::dilation;
}

template <class A>
__device__ __forceinline__ bool inside(int position) {
  return position >= 0 && position < A::extent;
}

// The output whose window reads a position at a tap, or −1.
template <class A>
__device__ __forceinline__ int output(int position, int tap) {
  const int distance = position + A::before - tap * A::dilation;
  const bool exists =
      distance >= 0 && distance % A::stride == 0 && distance / A::stride < A::outputs;
  return exists ? distance / A::stride : -1;
}

// Where a thread is: in the output of G if OUTPUTS, else in the input.
template <class G, bool OUTPUTS>
struct Place {
  static constexpr unsigned height = OUTPUTS ? G::Rows::outputs : G::Rows::extent;
  static constexpr unsigned width = OUTPUTS ? G::Columns::outputs : G::Columns::extent;
  unsigned index = thread_index();
  bool exists = index < G::planes * height * width;
  unsigned plane = index / (height * width);
  int row = index / width % height;
  int column = index % width;
};

template <class G, class X, class Y>
__device__ void window_sum(const X* x, Y* y) {
  const Place<G, true> place;
  if (!place.exists) {
    return;
  }
  x += place.plane * (G::Rows::extent * G::Columns::extent);
  float s = 0;
  for (int k = 0; k < G::Rows::kernel; k++) {
    for (int l = 0; l < G::Columns::kernel; l++) {
      const int row = position<typename G::Rows>(place.row, k);
      const int column = position<typename G::Columns>(place.column, l);
      if (inside<typename G::Rows>(row) && inside<typename G::Columns>(column)) {
        s += x[row * G::Columns::extent + column];
      }
    }
  }
  y[place.index] = s;
}

template <class G, class Y, class X>
__device__ void window_spread(const Y* y, X* x) {
  const Place<G, false> place;
  if (!place.exists) {
    return;
  }
  y += place.plane * (G::Rows::outputs * G::Columns::outputs);
  float s = 0;
  for (int k = 0; k < G::Rows::kernel; k++) {
    for (int l = 0; l < G::Columns::kernel; l++) {
      const int row = output<typename G::Rows>(place.row, k);
      const int column = output<typename G::Columns>(place.column, l);
      if (row >= 0 && column >= 0) {
        s += y[row * G::Columns::outputs + column];
      }
    }
  }
  x[place.index] = s;
}

template <class G, class X>
__device__ void arg_max_window(const X* x, float* y) {
  const Place<G, true> place;
  if (!place.exists) {
    return;
  }
  x += place.plane * (G::Rows::extent * G::Columns::extent);
  int best = -1;
  float highest = 0;
  for (int k = 0; k < G::Rows::kernel; k++) {
    for (int l = 0; l < G::Columns::kernel; l++) {
      const int row = position<typename G::Rows>(place.row, k);
      const int column = position<typename G::Columns>(place.column, l);
      if (inside<typename G::Rows>(row) && inside<typename G::Columns>(column)) {
        const float value = x[row * G::Columns::extent + column];
        if (best < 0 || value > highest || (value != value && highest == highest)) {
          highest = value;
          best = k * G::Columns::kernel + l;
        }
      }
    }
  }
  y[place.index] = static_cast<float>(best < 0 ? 0 : best);
}

// Windows that are whole planes, one warp for each.

template <class G, class X, class Y>
__device__ void window_sum_of_planes(const X* x, Y* y) {
  constexpr unsigned taps = G::Rows::extent * G::Columns::extent;
  const unsigned plane = thread_index() / WARP;
  if (plane >= G::planes) {
    return;
  }
  double s = 0;
  for (unsigned i = threadIdx.x % WARP; i < taps; i += WARP) {
    s += x[plane * taps + i];
  }
  s = warp_sum(s);
  if (threadIdx.x % WARP == 0) {
    y[plane] = static_cast<float>(s);
  }
}

template <class G, class X>
__device__ void arg_max_window_of_planes(const X* x, float* y) {
  constexpr unsigned taps = G::Rows::extent * G::Columns::extent;
  const unsigned plane = thread_index() / WARP;
  if (plane >= G::planes) {
    return;
  }
  const unsigned lane = threadIdx.x % WARP;
  const unsigned first = lane < taps ? lane : 0;
  Best best = {x[plane * taps + first], first};
  for (unsigned i = lane + WARP; i < taps; i += WARP) {
    best.take(x[plane * taps + i], i);
  }
  best = best_of_warp(best);
  if (lane == 0) {
    y[plane] = static_cast<float>(best.index);
  }
}

template <class G, class X, class Y>
__device__ void gather_window(const X* x, const float* taps, Y* y) {
  const Place<G, true> place;
  if (!place.exists) {
    return;
  }
  x += place.plane * (G::Rows::extent * G::Columns::extent);
  // While a program warms up, memory holds anything.
  const float given = taps[place.index];
  const bool is_tap = given >= 0.0f && given < G::Rows::kernel * G::Columns::kernel;
  const int tap = is_tap ? static_cast<int>(given) : 0;
  const int row = position<typename G::Rows>(place.row, tap / G::Columns::kernel);
  const int column = position<typename G::Columns>(place.column, tap % G::Columns::kernel);
  const bool is_inside = inside<typename G::Rows>(row) && inside<typename G::Columns>(column);
  y[place.index] = is_inside ? x[row * G::Columns::extent + column] : 0.0f;
}

template <class G, class Y, class X>
__device__ void scatter_window(const Y* y, const float* taps, X* x) {
  const Place<G, false> place;
  if (!place.exists) {
    return;
  }
  const unsigned first = place.plane * (G::Rows::outputs * G::Columns::outputs);
  float s = 0;
  for (int k = 0; k < G::Rows::kernel; k++) {
    for (int l = 0; l < G::Columns::kernel; l++) {
      const int row = output<typename G::Rows>(place.row, k);
      const int column = output<typename G::Columns>(place.column, l);
      if (row >= 0 && column >= 0) {
        const unsigned window = first + row * G::Columns::outputs + column;
        if (taps[window] == static_cast<float>(k * G::Columns::kernel + l)) {
          s += y[window];
        }
      }
    }
  }
  x[place.index] = s;
}

// ---- Depthwise convolutions ----------------------------------------------------------------

// G::multiplier filters for each of G::channels channels, of which there are G::images images.
// A thread computes a strip of one column, so that neighbouring threads read neighbouring columns
// and every value that it has read serves several rows.

template <class G, class X, class W, class Y>
__device__ void depthwise_output(const X* x, const W* w, Y* y) {
  using Rows = typename G::Rows;
  using Columns = typename G::Columns;
  constexpr unsigned strips = (Rows::outputs + G::strip - 1) / G::strip;
  const unsigned index = thread_index();
  const unsigned plane = index / (strips * Columns::outputs);
  if (plane >= G::images * G::channels * G::multiplier) {
    return;
  }
  const int first = index / Columns::outputs % strips * G::strip;
  const int column = index % Columns::outputs;
  x += plane / G::multiplier * (Rows::extent * Columns::extent);
  w += plane % (G::channels * G::multiplier) * (Rows::kernel * Columns::kernel);
  y += plane * (Rows::outputs * Columns::outputs);
  float s[G::strip] = {};
  constexpr int reach = (G::strip - 1) * Rows::stride + (Rows::kernel - 1) * Rows::dilation + 1;
#pragma unroll
  for (int l = 0; l < Columns::kernel; l++) {
    const int from = position<Columns>(column, l);
    float filter[Rows::kernel];
#pragma unroll
    for (int k = 0; k < Rows::kernel; k++) {
      filter[k] = w[k * Columns::kernel + l];
    }
#pragma unroll
    for (int i = 0; i < reach; i++) {
      const int row = first * Rows::stride - Rows::before + i;
      const bool reads = inside<Rows>(row) && inside<Columns>(from);
      const float value = reads ? x[row * Columns::extent + from] : 0.0f;
#pragma unroll
      for (int k = 0; k < Rows::kernel; k++) {
        const int distance = i - k * Rows::dilation;
        if (distance >= 0 && distance % Rows::stride == 0 && distance / Rows::stride < G::strip) {
          float& sum = s[distance / Rows::stride];
          sum = fmaf(value, filter[k], sum);
        }
      }
    }
  }
#pragma unroll
  for (int i = 0; i < G::strip; i++) {
    if (first + i < Rows::outputs) {
      y[(first + i) * Columns::outputs + column] = s[i];
    }
  }
}

// A patch of stride × stride positions, for all of which the taps that matter are constants.
template <class G, class Y, class W, class X>
__device__ void depthwise_input(const Y* y, const W* w, X* x) {
  using Rows = typename G::Rows;
  using Columns = typename G::Columns;
  constexpr int high = Rows::stride * G::strip;
  constexpr unsigned down = (Rows::extent + high - 1) / high;
  constexpr unsigned across = (Columns::extent + Columns::stride - 1) / Columns::stride;
  const unsigned index = thread_index();
  const unsigned plane = index / (down * across);
  if (plane >= G::images * G::channels) {
    return;
  }
  const int patch_row = index / across % down * G::strip;
  const int patch_column = index % across;
  const unsigned channel = plane % G::channels;
  x += plane * (Rows::extent * Columns::extent);
  float s[high][Columns::stride] = {};
  for (int m = 0; m < G::multiplier; m++) {
    const Y* from =
        y + (plane * G::multiplier + m) * (Rows::outputs * Columns::outputs);
    const W* filter =
        w + (channel * G::multiplier + m) * (Rows::kernel * Columns::kernel);
#pragma unroll
    for (int b = 0; b < Columns::stride; b++) {
#pragma unroll
      for (int l = 0; l < Columns::kernel; l++) {
        const int across_taps = b + Columns::before - l * Columns::dilation;
        if (across_taps % Columns::stride == 0) {
          const int column = patch_column + across_taps / Columns::stride;
          const bool in_columns = column >= 0 && column < Columns::outputs;
#pragma unroll
          for (int a = 0; a < high; a++) {
#pragma unroll
            for (int k = 0; k < Rows::kernel; k++) {
              const int down_taps = a + Rows::before - k * Rows::dilation;
              if (down_taps % Rows::stride == 0) {
                const int row = patch_row + down_taps / Rows::stride;
                if (in_columns && row >= 0 && row < Rows::outputs) {
                  s[a][b] = fmaf(from[row * Columns::outputs + column],
                                 filter[k * Columns::kernel + l], s[a][b]);
                }
              }
            }
          }
        }
      }
    }
  }
#pragma unroll
  for (int a = 0; a < high; a++) {
#pragma unroll
    for (int b = 0; b < Columns::stride; b++) {
      const int row = patch_row * Rows::stride + a;
      const int column = patch_column * Columns::stride + b;
      if (row < Rows::extent && column < Columns::extent) {
        x[row * Columns::extent + column] = s[a][b];
      }
    }
  }
}

// One block for each filter and each of G::parts shares of its strips.
template <class G, class X, class Y>
__device__ void depthwise_filter(const X* x, const Y* y, double* parts) {
  using Rows = typename G::Rows;
  using Columns = typename G::Columns;
  constexpr unsigned strips = (Rows::outputs + G::strip - 1) / G::strip;
  constexpr unsigned positions = G::images * strips * Columns::outputs;
  constexpr unsigned filters = G::channels * G::multiplier;
  constexpr int taps = Rows::kernel * Columns::kernel;
  constexpr int reach = (G::strip - 1) * Rows::stride + (Rows::kernel - 1) * Rows::dilation + 1;
  const unsigned filter = blockIdx.x / G::parts;
  const unsigned part = blockIdx.x % G::parts;
  float s[taps] = {};
  for (unsigned p = part * THREADS + threadIdx.x; p < positions; p += G::parts * THREADS) {
    const unsigned image = p / (strips * Columns::outputs);
    const int first = p / Columns::outputs % strips * G::strip;
    const int column = p % Columns::outputs;
    const X* source =
        x + (image * G::channels + filter / G::multiplier) * (Rows::extent * Columns::extent);
    const Y* cotangent = y + (image * filters + filter) * (Rows::outputs * Columns::outputs);
    float slopes[G::strip];
#pragma unroll
    for (int i = 0; i < G::strip; i++) {
      const bool exists = first + i < Rows::outputs;
      slopes[i] = exists ? cotangent[(first + i) * Columns::outputs + column] : 0.0f;
    }
#pragma unroll
    for (int l = 0; l < Columns::kernel; l++) {
      const int from = position<Columns>(column, l);
#pragma unroll
      for (int i = 0; i < reach; i++) {
        const int row = first * Rows::stride - Rows::before + i;
        const bool reads = inside<Rows>(row) && inside<Columns>(from);
        const float value = reads ? source[row * Columns::extent + from] : 0.0f;
#pragma unroll
        for (int k = 0; k < Rows::kernel; k++) {
          const int distance = i - k * Rows::dilation;
          if (distance >= 0 && distance % Rows::stride == 0 &&
              distance / Rows::stride < G::strip) {
            float& sum = s[k * Columns::kernel + l];
            sum = fmaf(value, slopes[distance / Rows::stride], sum);
          }
        }
      }
    }
  }
#pragma unroll
  for (int tap = 0; tap < taps; tap++) {
    const double sum = block_sum(s[tap]);
    if (threadIdx.x == 0) {
      parts[(part * filters + filter) * taps + tap] = sum;
    }
  }
}
