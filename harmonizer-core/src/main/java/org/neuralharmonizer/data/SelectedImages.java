package org.neuralharmonizer.data;

import java.io.IOException;

/** Some images of a catalogue. */
record SelectedImages(ImageCatalogue all, int[] positions, String description)
    implements ImageCatalogue {

  @Override
  public int size() {
    return positions.length;
  }

  @Override
  public Entry entry(int position) {
    return all.entry(positions[position]);
  }

  @Override
  public Sample read(int position) throws IOException {
    return all.read(positions[position]);
  }

  @Override
  public String mapConvention() {
    return all.mapConvention();
  }
}
