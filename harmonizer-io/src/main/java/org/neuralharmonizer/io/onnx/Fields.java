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
  static final int GRAPH_SPARSE_INITIALIZERS = 15;

  static final int VALUE_NAME = 1;
  static final int VALUE_TYPE = 2;
  static final int TYPE_TENSOR = 1;
  static final int TENSOR_TYPE_ELEMENT = 1;
  static final int TENSOR_TYPE_SHAPE = 2;
  static final int SHAPE_AXES = 1;
  static final int AXIS_EXTENT = 1;

  static final int NODE_INPUTS = 1;
  static final int NODE_OUTPUTS = 2;
  static final int NODE_NAME = 3;
  static final int NODE_OPERATOR = 4;
  static final int NODE_ATTRIBUTES = 5;
  static final int NODE_DOMAIN = 7;

  static final int ATTRIBUTE_NAME = 1;
  static final int ATTRIBUTE_NUMBER = 2;
  static final int ATTRIBUTE_INTEGER = 3;
  static final int ATTRIBUTE_TEXT = 4;
  static final int ATTRIBUTE_TENSOR = 5;
  static final int ATTRIBUTE_NUMBERS = 7;
  static final int ATTRIBUTE_INTEGERS = 8;

  static final int TENSOR_EXTENTS = 1;
  static final int TENSOR_TYPE = 2;
  static final int TENSOR_FLOATS = 4;
  static final int TENSOR_INTS = 5;
  static final int TENSOR_LONGS = 7;
  static final int TENSOR_NAME = 8;
  static final int TENSOR_RAW = 9;
  static final int TENSOR_DOUBLES = 10;
  static final int TENSOR_UNSIGNED = 11;
  static final int TENSOR_EXTERNAL = 13;
  static final int TENSOR_LOCATION = 14;

  static final int LOCATION_EXTERNAL = 1;
  static final int TYPE_FLOAT = 1;

  private Fields() {}
}
