package org.neuralharmonizer.study.scenes;

/**
 * Draws one creature. Local units: half a body length is about 1, the head is towards +x, up is −y.
 * Layer {@link #BODY} holds what all creatures share, the two layers after it the diagnostic parts.
 */
final class CreatureArtist {
  static final int BODY = 0;
  static final int FIRST_PART = 1;
  static final int SECOND_PART = 2;
  static final int LAYERS = 3;

  private static final double OUTLINE = 0.7;
  private static final double HEAD_X = 0.85;
  private static final double HEAD_Y = -0.45;

  private final Canvas canvas;
  private final Draws draws;
  private final Frame body;
  private final Frame head;
  private final Colour coat;
  private final Colour shade;
  private final Colour accent;
  private final Colour pale;
  private final double outline;

  private CreatureArtist(Canvas canvas, Draws draws) {
    this.canvas = canvas;
    this.draws = draws;
    double unit = canvas.size() / 64.0;
    double centre = canvas.size() / 2.0;
    Frame placed =
        Frame.pixels(
            centre + draws.around(8) * unit,
            centre + (3 + draws.around(7)) * unit,
            draws.between(11.5, 14.5) * unit);
    Frame facing = draws.happens(0.5) ? placed : placed.mirrored();
    this.body = facing.turned(draws.around(0.25));
    this.head = body.at(HEAD_X, HEAD_Y).turned(draws.around(0.2));
    double hue = draws.uniform();
    this.coat = Colour.of(hue, draws.between(0.3, 0.65), draws.between(0.62, 0.9));
    this.shade = coat.times(draws.between(0.6, 0.75));
    this.accent =
        Colour.of(
            hue + draws.between(0.25, 0.75), draws.between(0.5, 0.8), draws.between(0.7, 0.95));
    this.pale = accent.mixed(Colour.WHITE, 0.65);
    this.outline = OUTLINE * unit;
  }

  static void paint(Canvas canvas, Creature creature, Draws draws) {
    var artist = new CreatureArtist(canvas, draws);
    artist.behind(creature);
    artist.feet();
    artist.torso();
    artist.middle(creature);
    artist.face();
    artist.front(creature);
    artist.eye();
  }

  private void behind(Creature creature) {
    switch (creature) {
      case HARE -> ears();
      case DRAGON -> {
        plates();
        barb();
      }
      case PEACOCK -> {
        fan();
        crest();
      }
      case FISH -> {
        tailFin();
        backFin();
      }
      case MOTH -> feelers();
      case SNAIL -> stalks();
      case RAM, ELEPHANT -> {}
    }
  }

  private void middle(Creature creature) {
    switch (creature) {
      case HARE -> puff();
      case MOTH -> wings();
      case SNAIL -> shell();
      default -> {}
    }
  }

  private void front(Creature creature) {
    switch (creature) {
      case RAM -> {
        beard();
        horn();
      }
      case ELEPHANT -> {
        trunk();
        largeEar();
      }
      default -> {}
    }
  }

  private void part(int layer, Frame frame, Region region, double reach, Paint paint) {
    canvas.paint(layer, frame, region, reach, paint, outline);
  }

  private void feet() {
    double stride = draws.around(0.12);
    Region foot = Region.stroke(0, 0, 0.17, 0, 0.42, 0.15);
    part(BODY, body.at(-0.5 + stride, 0.5), foot, 0.8, Paint.plain(shade));
    part(BODY, body.at(0.45 + stride, 0.5), foot, 0.8, Paint.plain(shade));
  }

  private void torso() {
    Region region = Region.ellipse(draws.between(0.95, 1.1), draws.between(0.58, 0.68));
    Paint coatPaint =
        switch (draws.below(3)) {
          case 0 -> Paint.plain(coat);
          case 1 -> Paint.spots(coat, shade, draws.between(0.36, 0.46));
          default -> Paint.stripes(coat, shade, 1, draws.around(0.4), draws.between(0.2, 0.26));
        };
    part(BODY, body, region, 1.1, lit(coatPaint));
  }

  /** Lighter towards the local top, where the sky is. */
  private static Paint lit(Paint paint) {
    return (x, y) -> paint.at(x, y).times(1.05 - 0.22 * y);
  }

  private void face() {
    part(BODY, head, Region.ellipse(0.47, 0.42), 0.5, lit(Paint.plain(coat)));
  }

  private void eye() {
    Frame eye = head.at(0.2, -0.08);
    canvas.paint(BODY, eye, Region.circle(0.15), 0.2, Paint.plain(Colour.WHITE), 0);
    canvas.paint(BODY, eye.at(0.04, 0.01), Region.circle(0.085), 0.1, Paint.plain(Colour.INK), 0);
  }

  private void ears() {
    double spread = draws.between(0.2, 0.34);
    Paint inner = Paint.plain(coat).with(Region.ellipse(0.1, 0.45).at(0, -0.6), pale);
    Region ear = Region.ellipse(0.23, 0.68).at(0, -0.6);
    Frame root = head.at(-0.1, -0.2).turned(draws.around(0.15) - 0.15);
    part(FIRST_PART, root.at(-0.08, 0).turned(-spread), ear, 1.35, inner);
    part(FIRST_PART, root.at(0.08, 0).turned(spread), ear, 1.35, inner);
  }

  private void puff() {
    Frame frame = body.at(-1.05, -0.15).turned(draws.around(0.5));
    Region region = Region.circle(draws.between(0.36, 0.42));
    Paint paint = Paint.spots(Colour.WHITE, pale.times(0.8), 0.2);
    part(SECOND_PART, frame, region, 0.5, paint);
  }

  private void horn() {
    Frame frame = head.at(-0.3, -0.15).turned(draws.around(0.3));
    Region curl = Region.ring(0.46, 0.18).and((x, y) -> Math.min(x - 0.15, y - 0.1));
    Paint ridges = Paint.spokes(pale, accent.times(0.6), 9);
    part(FIRST_PART, frame, curl, 0.7, ridges);
  }

  private void beard() {
    Frame frame = head.at(0.22, 0.3).turned(draws.around(0.2));
    Region region = Region.triangle(-0.26, -0.05, 0.24, -0.05, 0.02, 0.85);
    part(SECOND_PART, frame, region, 0.9, Paint.stripes(pale, accent.times(0.7), 1, 0, 0.13));
  }

  private void plates() {
    double height = draws.between(0.62, 0.78);
    Region plate = Region.triangle(-0.3, 0.1, 0.3, 0.1, 0, -height);
    Paint paint = Paint.stripes(accent, accent.times(0.62), 0, 1, 0.2);
    double[] places = {-0.75, -0.25, 0.25};
    double[] heights = {-0.36, -0.52, -0.52};
    for (int i = 0; i < places.length; i++) {
      Frame frame = body.at(places[i], heights[i]).turned(0.35 * (places[i] + 0.1));
      part(FIRST_PART, frame, plate, 0.9, paint);
    }
  }

  private void barb() {
    Frame frame = body.at(-0.8, 0.1).turned(draws.around(0.3) + 0.25);
    Region tail = Region.stroke(0, 0, 0.26, -0.75, 0, 0.1);
    Region tip = Region.triangle(-0.65, -0.36, -0.65, 0.36, -1.2, 0);
    part(SECOND_PART, frame, tail.or(tip), 1.3, Paint.stripes(accent, coat, 1, 0, 0.2));
  }

  private void fan() {
    double radius = draws.between(1.2, 1.32);
    Frame frame = body.at(-0.6, -0.1).turned(draws.around(0.2) - 2.35);
    Region sector = Region.circle(radius).and((x, y) -> Math.abs(y) * 0.62 - x * 0.78);
    Paint feathers = Paint.spokes(accent, coat.times(0.7), 12);
    Paint eyes = feathers;
    for (double angle : new double[] {-0.6, -0.2, 0.2, 0.6}) {
      double x = 0.94 * StrictMath.cos(angle);
      double y = 0.94 * StrictMath.sin(angle);
      eyes = eyes.with(Region.circle(0.17).at(x, y), pale);
      eyes = eyes.with(Region.circle(0.085).at(x, y), Colour.INK);
    }
    part(FIRST_PART, frame, sector, radius, eyes);
  }

  private void crest() {
    double lean = draws.around(0.15);
    for (double angle : new double[] {-0.55, 0, 0.55}) {
      Frame frame = head.at(0, -0.3).turned(angle + lean);
      Region feather = Region.stroke(0, 0, 0.07, 0, -0.5, 0.05).or(Region.circle(0.17).at(0, -0.6));
      part(SECOND_PART, frame, feather, 0.85, Paint.plain(accent));
    }
  }

  private void tailFin() {
    Frame frame = body.at(-0.85, 0).turned(draws.around(0.25));
    double spread = draws.between(0.72, 0.88);
    Region upper = Region.triangle(0.1, 0, -0.5, 0.05, -0.95, -spread);
    Region lower = Region.triangle(0.1, 0, -0.5, -0.05, -0.95, spread);
    part(FIRST_PART, frame, upper.or(lower), 1.4, Paint.stripes(accent, pale, 0.5, 1, 0.18));
  }

  private void backFin() {
    Frame frame = body.at(0, -0.45).turned(draws.around(0.15));
    Region fin = Region.triangle(-0.75, 0.2, 0.35, 0.15, -0.65, -0.72).rounded(0.05);
    part(SECOND_PART, frame, fin, 1.1, Paint.stripes(accent, pale, 1, 0.45, 0.16));
  }

  private void wings() {
    double lean = draws.around(0.15);
    double[] angles = {-0.75, 0.25};
    double[] lengths = {1.0, 1.2};
    for (int i = 0; i < angles.length; i++) {
      Frame frame = body.at(-0.05, -0.25).turned(angles[i] + lean);
      Region wing = Region.ellipse(0.42, lengths[i] / 2 + 0.1).at(0, -lengths[i] / 2);
      double spot = -0.68 * lengths[i];
      Paint paint =
          Paint.stripes(accent, accent.mixed(coat, 0.7), 0, 1, 0.24)
              .with(Region.circle(0.25).at(0, spot), pale)
              .with(Region.circle(0.13).at(0, spot), Colour.INK);
      part(FIRST_PART, frame, wing, 1.4, paint);
    }
  }

  private void feelers() {
    for (double angle : new double[] {0.1, 0.75}) {
      Frame frame = head.at(0.05, -0.25).turned(angle + draws.around(0.1));
      Region feeler =
          Region.stroke(0, 0, 0.06, 0, -0.55, 0.07).or(Region.ellipse(0.12, 0.28).at(0, -0.6));
      part(SECOND_PART, frame, feeler, 0.95, Paint.stripes(accent, Colour.INK, 0, 1, 0.12));
    }
  }

  private void shell() {
    Frame frame = body.at(-0.25, -0.42).turned(draws.uniform() * 2 * Math.PI);
    Region region = Region.circle(draws.between(0.78, 0.88));
    part(FIRST_PART, frame, region, 0.95, Paint.coil(pale, accent.times(0.75), 0.26));
  }

  private void stalks() {
    for (double angle : new double[] {-0.2, 0.6}) {
      Frame frame = head.at(0.05, -0.25).turned(angle + draws.around(0.12));
      Region stalk = Region.stroke(0, 0, 0.1, 0, -0.6, 0.09);
      part(SECOND_PART, frame, stalk, 0.8, Paint.plain(coat));
      Paint ball = Paint.plain(Colour.WHITE).with(Region.circle(0.1), Colour.INK);
      part(SECOND_PART, frame.at(0, -0.68), Region.circle(0.2), 0.25, ball);
    }
  }

  private void trunk() {
    double curl = draws.between(0.25, 0.5);
    Region upper = Region.stroke(0, 0, 0.24, 0.28, 0.5, 0.18);
    Region lower = Region.stroke(0.28, 0.5, 0.18, 0.28 + curl, 0.95, 0.12);
    Paint paint = Paint.stripes(coat, shade.times(0.8), 0.3, 1, 0.14);
    part(FIRST_PART, head.at(0.3, 0.1), upper.or(lower), 1.3, paint);
  }

  private void largeEar() {
    Frame frame = head.at(-0.42, 0.02).turned(draws.around(0.25));
    Region region = Region.ellipse(draws.between(0.44, 0.52), draws.between(0.58, 0.68));
    Paint paint = Paint.rings(shade, accent.mixed(coat, 0.35), 0.24);
    part(SECOND_PART, frame, region, 0.7, paint);
  }
}
