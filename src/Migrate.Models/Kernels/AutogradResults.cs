using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// What every custom autograd function here needs in its backward pass. An exception that left it would cross native frames and end the
/// process, so it is kept and thrown after the pass; and the tensors it returns must stay alive until libtorch has copied them, but not
/// until the end of the step. (Of a GPU's pass, which has a thread of its own, the last ones stay until the next pass.)
/// </summary>
internal static class AutogradResults
{
    [ThreadStatic]
    private static List<Tensor?>? _returned;

    private static Exception? _failure;

    /// <summary>Runs a backward pass.</summary>
    /// <param name="inputs">Number of arguments of the forward pass.</param>
    /// <param name="context">Its context.</param>
    /// <param name="grads">Gradients of the outputs; freed here.</param>
    /// <param name="compute">Gets the saved tensors; gives a gradient or null for every argument.</param>
    public static List<Tensor> Backward(
        int inputs, autograd.AutogradContext context, List<Tensor> grads, Func<List<Tensor>, List<Tensor?>> compute)
    {
        // libtorch has long copied what the previous call returned.
        Release();
        List<Tensor>? saved = null;
        var results = Enumerable.Repeat<Tensor?>(null, inputs).ToList();
        try
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            saved = context.get_saved_variables();
            results = compute(saved);
            results.ForEach(tensor => tensor?.DetachFromDisposeScope());
        }
#pragma warning disable CA1031 // Nothing may leave.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            results = [.. Enumerable.Repeat<Tensor?>(null, inputs)];
        }
        finally
        {
            // Each is a wrapper of its own; left to the collector they would hold their memory for many steps.
            saved?.ForEach(tensor => tensor?.Dispose());
            foreach (var grad in grads.Where(grad => !results.Contains(grad)))
            {
                grad.Dispose();
            }
        }

        _returned = results;
        return results!;
    }

    /// <summary>Frees what the last backward pass of this thread returned; libtorch has its own references by now.</summary>
    public static void Release()
    {
        _returned?.ForEach(tensor => tensor?.Dispose());
        _returned = null;
    }

    /// <summary>To be called after a backward pass: throws what went wrong in it.</summary>
    public static void ThrowIfFailed()
    {
        Release();
        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            throw new InvalidOperationException($"the backward pass failed: {failure.Message}", failure);
        }
    }

    /// <summary>True for a gradient that is not there: libtorch hands on undefined tensors for outputs that nobody used.</summary>
    public static bool IsMissing(Tensor? grad) => grad is null || grad.IsInvalid;
}
