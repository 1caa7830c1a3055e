using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// The passes over rows that the autograd functions are made of, on one kind of device. Rows are dense, float32 or float64; the
/// implementation checks types, shapes and places, because native code trusts them. Every result is the same on every run.
/// </summary>
internal interface ITrainingPasses
{
    /// <summary>A tensor as the passes read it; itself where it is that already.</summary>
    Tensor Dense(Tensor tensor);

    /// <summary>Gates and gated means of an edge-gated convolution.</summary>
    /// <param name="rows">P, Q, M and e, dense; e is not read.</param>
    /// <param name="gate">[E, C] in: the edges' part W e + b; out: m.</param>
    /// <param name="topology">The graph.</param>
    /// <param name="wantsStatistics">True: mean and variance of the gates as well; there must be edges.</param>
    GatePass Gates(ConvolutionRows rows, Tensor gate, Topology topology, bool wantsStatistics);

    /// <summary>Mean [C] and biased variance [C] of rows, at least one, row r counted multiplicity_r times.</summary>
    (Tensor Mean, Tensor Variance) Statistics(Tensor rows, Tensor? multiplicity);

    /// <summary>residual + silu(scale rows + shift), [n, C].</summary>
    Tensor Activate(Tensor rows, Tensor? residual, Tensor scale, Tensor shift);

    /// <summary>Writes the gradients of β (<see cref="NormPass.Sum"/>) and γ (<see cref="NormPass.Dot"/>).</summary>
    void Reduce(in NormPass norm);

    /// <summary>Gradient of the rows of a norm after <see cref="Reduce"/>, [n, C].</summary>
    Tensor NormGradient(in NormPass norm);

    /// <summary>Gradients of <see cref="Gates"/> and of the edge norm behind it, if there is one, after its <see cref="Reduce"/>.</summary>
    /// <param name="pass">What the forward pass gave.</param>
    /// <param name="message">[V, C] M.</param>
    /// <param name="meanGrad">[V, C] gradient of h.</param>
    /// <param name="norm">The edge norm, over the gates; null where its output has no gradient.</param>
    /// <param name="topology">The graph.</param>
    GateGradients GateGradients(in GatePass pass, Tensor message, Tensor meanGrad, NormPass? norm, Topology topology);
}

/// <summary>What a pass over the edges gives.</summary>
/// <param name="Gate">[E, C] m.</param>
/// <param name="Mean">[V, C] h.</param>
/// <param name="Inverse">[V, C] 1/(Σ w σ(m) + 1e-6).</param>
/// <param name="Center">[C] mean of m over the edges by multiplicity, if it was asked for.</param>
/// <param name="Variance">[C] biased variance, likewise.</param>
internal readonly record struct GatePass(Tensor Gate, Tensor Mean, Tensor Inverse, Tensor? Center, Tensor? Variance);

/// <summary>The backward pass of y = silu(γ n + β), n = (rows − mean) · inverse.</summary>
/// <param name="Grad">[n, C] gradient of y, dense.</param>
/// <param name="Rows">[n, C].</param>
/// <param name="Multiplicity">[n] or null.</param>
/// <param name="Statistics">Mean, inverse and total of the forward pass.</param>
/// <param name="Gamma">[C] γ.</param>
/// <param name="Beta">[C] β.</param>
/// <param name="Sum">[C] gradient of β.</param>
/// <param name="Dot">[C] gradient of γ.</param>
internal readonly record struct NormPass(
    Tensor Grad, Tensor Rows, Tensor? Multiplicity, NormStatistics Statistics, Tensor Gamma, Tensor Beta, Tensor Sum, Tensor Dot);

/// <summary>Gradients of a pass over the edges.</summary>
/// <param name="Gate">[E, C] of m.</param>
/// <param name="Source">[V, C] of P.</param>
/// <param name="Target">[V, C] of Q.</param>
/// <param name="Message">[V, C] of M.</param>
internal readonly record struct GateGradients(Tensor Gate, Tensor Source, Tensor Target, Tensor Message);
