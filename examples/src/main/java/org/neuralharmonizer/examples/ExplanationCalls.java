package org.neuralharmonizer.examples;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.neuralharmonizer.data.LabeledImages;
import org.neuralharmonizer.explain.AttentionRollout;
import org.neuralharmonizer.explain.Baseline;
import org.neuralharmonizer.explain.ChannelReduction;
import org.neuralharmonizer.explain.ClassScore;
import org.neuralharmonizer.explain.DeconvNet;
import org.neuralharmonizer.explain.GradCam;
import org.neuralharmonizer.explain.GradCamPlusPlus;
import org.neuralharmonizer.explain.GuidedBackpropagation;
import org.neuralharmonizer.explain.InputTimesGradient;
import org.neuralharmonizer.explain.IntegratedGradients;
import org.neuralharmonizer.explain.KernelShap;
import org.neuralharmonizer.explain.Lime;
import org.neuralharmonizer.explain.NoiseSampling;
import org.neuralharmonizer.explain.Occlusion;
import org.neuralharmonizer.explain.Patches;
import org.neuralharmonizer.explain.Rise;
import org.neuralharmonizer.explain.Saliency;
import org.neuralharmonizer.explain.SmoothGrad;
import org.neuralharmonizer.explain.SobolIndices;
import org.neuralharmonizer.explain.SquareGrad;
import org.neuralharmonizer.explain.VarGrad;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Predictor;

/** How each explanation of docs/explanations.md is called, for a network of pixels from −2 to 2. */
final class ExplanationCalls {
  static final ClassScore SCORE = ClassScore.LOGIT;
  static final Baseline GREY = Baseline.constant(0);

  private ExplanationCalls() {}

  /** The explanations of a convolutional network, by name. */
  static Map<String, BiFunction<Predictor, LabeledImages, Tensor>> all() {
    Map<String, BiFunction<Predictor, LabeledImages, Tensor>> all = new LinkedHashMap<>();
    all.put("saliency", ExplanationCalls::saliency);
    all.put("inputTimesGradient", ExplanationCalls::inputTimesGradient);
    all.put("smoothGrad", ExplanationCalls::smoothGrad);
    all.put("varGrad", ExplanationCalls::varGrad);
    all.put("squareGrad", ExplanationCalls::squareGrad);
    all.put("integratedGradients", ExplanationCalls::integratedGradients);
    all.put("gradCam", ExplanationCalls::gradCam);
    all.put("gradCamPlusPlus", ExplanationCalls::gradCamPlusPlus);
    all.put("guidedBackpropagation", ExplanationCalls::guidedBackpropagation);
    all.put("deconvNet", ExplanationCalls::deconvNet);
    all.put("occlusion", ExplanationCalls::occlusion);
    all.put("rise", ExplanationCalls::rise);
    all.put("lime", ExplanationCalls::lime);
    all.put("kernelShap", ExplanationCalls::kernelShap);
    all.put("sobolIndices", ExplanationCalls::sobolIndices);
    return all;
  }

  private static Tensor saliency(Predictor predictor, LabeledImages images) {
    Saliency saliency = Saliency.of(ChannelReduction.MEAN_ABSOLUTE);
    return predictor.explain(saliency, images);
  }

  private static Tensor inputTimesGradient(Predictor predictor, LabeledImages images) {
    ChannelReduction reduction = ChannelReduction.MEAN_ABSOLUTE;
    return predictor.explain(InputTimesGradient.of(reduction), images);
  }

  private static Tensor smoothGrad(Predictor predictor, LabeledImages images) {
    // 16 copies of each image, noise of deviation 0.4, up to 64 copies through the network at once.
    NoiseSampling noise = NoiseSampling.of(16, 0.4).withMaxBatch(64);
    SmoothGrad smoothGrad = SmoothGrad.of(noise, ChannelReduction.MEAN_ABSOLUTE);
    return predictor.explain(smoothGrad, images);
  }

  private static Tensor varGrad(Predictor predictor, LabeledImages images) {
    NoiseSampling noise = NoiseSampling.of(16, 0.4).withMaxBatch(64);
    VarGrad varGrad = VarGrad.of(noise, ChannelReduction.MEAN_ABSOLUTE);
    return predictor.explain(varGrad, images);
  }

  private static Tensor squareGrad(Predictor predictor, LabeledImages images) {
    NoiseSampling noise = NoiseSampling.of(16, 0.4).withMaxBatch(64);
    SquareGrad squareGrad = SquareGrad.of(noise, ChannelReduction.MEAN_ABSOLUTE);
    return predictor.explain(squareGrad, images);
  }

  private static Tensor integratedGradients(Predictor predictor, LabeledImages images) {
    IntegratedGradients path =
        IntegratedGradients.of(25, ChannelReduction.MEAN_ABSOLUTE)
            .withBaseline(Baseline.constant(0))
            .withMaxBatch(64);
    return predictor.explain(path, images);
  }

  private static Tensor gradCam(Predictor predictor, LabeledImages images) {
    GradCam gradCam = GradCam.of("relu4");
    return predictor.explain(gradCam, images);
  }

  private static Tensor gradCamPlusPlus(Predictor predictor, LabeledImages images) {
    GradCamPlusPlus gradCam = GradCamPlusPlus.of("relu4");
    return predictor.explain(gradCam, images);
  }

  private static Tensor guidedBackpropagation(Predictor predictor, LabeledImages images) {
    ChannelReduction reduction = ChannelReduction.MEAN_ABSOLUTE;
    return predictor.explain(GuidedBackpropagation.of(reduction), images);
  }

  private static Tensor deconvNet(Predictor predictor, LabeledImages images) {
    DeconvNet deconvNet = DeconvNet.of(ChannelReduction.MEAN_ABSOLUTE);
    return predictor.explain(deconvNet, images);
  }

  static Tensor attentionRollout(Predictor predictor, LabeledImages images) {
    AttentionRollout rollout = new AttentionRollout();
    return predictor.explain(rollout, images);
  }

  private static Tensor occlusion(Predictor predictor, LabeledImages images) {
    Occlusion occlusion = new Occlusion(12, 4);
    var all = images.all();
    return occlusion.explain(predictor, SCORE, GREY, all.images(), all.labels());
  }

  private static Tensor rise(Predictor predictor, LabeledImages images) {
    Rise rise = Rise.of(400);
    var all = images.all();
    return rise.explain(predictor, SCORE, GREY, all.images(), all.labels());
  }

  private static Tensor lime(Predictor predictor, LabeledImages images) {
    Lime lime = Lime.of(Patches.of(8), 300);
    var all = images.all();
    return lime.explain(predictor, SCORE, GREY, all.images(), all.labels());
  }

  private static Tensor kernelShap(Predictor predictor, LabeledImages images) {
    KernelShap shap = KernelShap.of(Patches.of(8), 300);
    var all = images.all();
    return shap.explain(predictor, SCORE, GREY, all.images(), all.labels());
  }

  private static Tensor sobolIndices(Predictor predictor, LabeledImages images) {
    SobolIndices sobol = new SobolIndices(Patches.of(8), 8);
    var all = images.all();
    return sobol.explain(predictor, SCORE, GREY, all.images(), all.labels());
  }
}
