package org.neuralharmonizer.io.onnx;

/** Numbers of onnx.proto. */
final class Fields {
  static final int MODEL_PRODUCER = 2;
  static final int MODEL_PRODUCER_VERSION = 3;
  static final int MODEL_GRAPH = 7;
  static final int MODEL_OPSETS = 8;
  static final int MODEL_METADATA = 14;

  static final int GRAPH_NODES = 1;
  static final int GRAPH_INITIALIZERS = 5;
  static final int GRAPH_INPUTS = 11;
  static final int GRAPH_OUTPUTS = 12;

  static final int NODE_INPUTS = 1;
  static final int NODE_OUTPUTS = 2;
  static final int NODE_NAME = 3;
  static final int NODE_OPERATOR = 4;
  static final int NODE_DOMAIN = 7;

  static final int TENSOR_EXTENTS = 1;
  static final int TENSOR_TYPE = 2;
  static final int TENSOR_FLOATS = 4;
  static final int TENSOR_NAME = 8;
  static final int TENSOR_RAW = 9;
  static final int TENSOR_LOCATION = 14;

  static final int LOCATION_EXTERNAL = 1;
  static final int TYPE_FLOAT = 1;

  private Fields() {}
}
