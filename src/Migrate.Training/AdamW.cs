using Migrate.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Migrate.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019) with torch's arithmetic: decoupled weight decay first, then the bias-corrected Adam step. β1 and
/// the learning rate are given anew at every step. Its state is plain named tensors, so that a training can be resumed to the last bit;
/// parameters that got no gradient are left alone altogether, decay included.
/// </summary>
public sealed class AdamW : IDisposable
{
    private const double Beta2 = 0.999, Epsilon = 1e-8;
    private readonly List<Slot> _slots = [];

    /// <summary>An optimizer with zero moments.</summary>
    /// <param name="parameters">Names and parameters, in a fixed order.</param>
    /// <param name="weightDecay">Decay of the parameters that <paramref name="decays"/> takes; at least 0, published 0.01.</param>
    /// <param name="decays">Whether a parameter of this name decays.</param>
    public AdamW(IEnumerable<(string Name, Parameter Parameter)> parameters, double weightDecay, Func<string, bool> decays)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(decays);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        foreach (var (name, parameter) in parameters)
        {
            using var guard = no_grad();
            _slots.Add(new Slot(name, parameter, decays(name) ? weightDecay : 0)
            {
                First = zeros_like(parameter).DetachFromDisposeScope(),
                Second = zeros_like(parameter).DetachFromDisposeScope(),
            });
        }
    }

    /// <summary>Names and tensors of the state: <c>name.m</c>, <c>name.v</c> in the parameter's dtype, and <c>name.t</c> steps taken (int64).</summary>
    public IEnumerable<(string Name, Tensor Value)> State()
    {
        foreach (var slot in _slots)
        {
            yield return ($"{slot.Name}.m", slot.First);
            yield return ($"{slot.Name}.v", slot.Second);
            yield return ($"{slot.Name}.t", slot.Count);
        }
    }

    /// <summary>True for the published decay group: every name without "bias", "bn" or "norm" in it.</summary>
    public static bool PublishedDecayGroup(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return !name.Contains("bias", StringComparison.Ordinal)
            && !name.Contains("bn", StringComparison.Ordinal)
            && !name.Contains("norm", StringComparison.Ordinal);
    }

    /// <summary>Whether a parameter decays.</summary>
    /// <param name="group">Which weights shall.</param>
    /// <param name="name">Name of the parameter.</param>
    public static bool Decays(DecayGroup group, string name) =>
        PublishedDecayGroup(name) && (group == DecayGroup.Published || !name.EndsWith(".layer.1.weight", StringComparison.Ordinal));

    /// <summary>One update from the gradients as they are.</summary>
    /// <param name="learningRate">Step size.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    public void Step(double learningRate, double beta1)
    {
        using var guard = no_grad();
        foreach (var slot in _slots)
        {
            using var scope = NewDisposeScope();
            var gradient = slot.Parameter.grad;
            if (gradient is null)
            {
                continue;
            }

            var t = slot.Count.add_(HeldScalar.Of(1)).item<long>();
            if (slot.Decay > 0)
            {
                slot.Parameter.mul_(HeldScalar.Of(1 - (learningRate * slot.Decay)));
            }

            slot.First.lerp_(gradient, 1 - beta1); // a tensor, not a scalar
            slot.Second.mul_(HeldScalar.Of(Beta2)).addcmul_(gradient, gradient, HeldScalar.Of(1 - Beta2));
            var correction1 = 1 - Math.Pow(beta1, t);
            var correction2 = 1 - Math.Pow(Beta2, t);
            var denominator = slot.Second.sqrt().div_(HeldScalar.Of(Math.Sqrt(correction2))).add_(HeldScalar.Of(Epsilon));
            slot.Parameter.addcdiv_(slot.First, denominator, HeldScalar.Of(-learningRate / correction1));
        }
    }

    /// <summary>Drops all gradients.</summary>
    public void ZeroGradients()
    {
        foreach (var slot in _slots)
        {
            slot.Parameter.grad?.Dispose();
            slot.Parameter.grad = null;
        }
    }

    /// <summary>Frees the moments.</summary>
    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.First.Dispose();
            slot.Second.Dispose();
            slot.Count.Dispose();
        }
    }

    private sealed record Slot(string Name, Parameter Parameter, double Decay)
    {
        public required Tensor First { get; init; }

        public required Tensor Second { get; init; }

        public Tensor Count { get; } = zeros([], int64).DetachFromDisposeScope();
    }
}
