using System.Runtime.InteropServices;
using Migrate.Crystals;
using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>The numbers of a network's state dict, widened to double, with every name, shape and value checked. Needs no libtorch.</summary>
public sealed class ModelWeights
{
    // A norm's counter of training batches: read by nobody here.
    private const string Counter = ".num_batches_tracked";

    private readonly Dictionary<string, double[]> _values;

    private ModelWeights(Dictionary<string, double[]> values) => _values = values;

    /// <summary>The values of one tensor, last axis fastest.</summary>
    /// <param name="name">Upstream name.</param>
    /// <exception cref="KeyNotFoundException">The network has no such tensor.</exception>
    public double[] this[string name] => _values[name];

    /// <summary>Takes the weights of a network from a file.</summary>
    /// <param name="file">Its contents; floats of any width.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="options">The network.</param>
    /// <exception cref="InvalidInputException">A name is missing or unknown, a shape or dtype does not fit, or a value is not finite.</exception>
    public static ModelWeights Read(SafeTensorsFile file, string source, AlignnOptions options)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        var expected = AlignnTensors.Of(options).ToList();
        var known = expected.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        string[] missing = [.. known.Where(n => file.Find(n) is null)];
        string[] unknown = [.. file.Entries.Select(e => e.Name).Where(n => !known.Contains(n) && !n.EndsWith(Counter, StringComparison.Ordinal))];
        if (missing.Length + unknown.Length > 0)
        {
            throw StateDict.DoesNotFit(missing, unknown, source);
        }

        return Some(file, source, expected);
    }

    /// <summary>Takes some tensors from a file that may hold others.</summary>
    /// <param name="file">Its contents; floats of any width.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="tensors">Names and shapes.</param>
    /// <exception cref="InvalidInputException">A name is missing, a shape or dtype does not fit, or a value is not finite.</exception>
    internal static ModelWeights Some(SafeTensorsFile file, string source, IEnumerable<(string Name, int[] Shape)> tensors) =>
        new(tensors.ToDictionary(
            t => t.Name,
            t => Widen(file.Find(t.Name) ?? throw StateDict.DoesNotFit([t.Name], [], source), t.Shape, source),
            StringComparer.Ordinal));

    /// <summary>Copies the weights of a network that is in use.</summary>
    /// <param name="network">The network, on any device.</param>
    public static ModelWeights Of(Alignn network)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return new ModelWeights(StateDict.Of(network)
            .Where(t => !t.Name.EndsWith(Counter, StringComparison.Ordinal))
            .ToDictionary(t => t.Name, t => t.Value.detach().cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray(), StringComparer.Ordinal));
    }

    private static double[] Widen(SafeTensorsEntry entry, int[] shape, string source)
    {
        if (!entry.Shape.SequenceEqual(shape.Select(n => (long)n)))
        {
            throw new InvalidInputException(
                $"tensor {entry.Name} has shape [{string.Join(", ", entry.Shape)}], the network needs [{string.Join(", ", shape)}]", source);
        }

        double[] values = entry.DType switch
        {
            "F64" => entry.ToArray<double>(),
            "F32" => [.. entry.ToArray<float>().Select(v => (double)v)],
            "F16" => [.. entry.ToArray<Half>().Select(v => (double)v)],
            "BF16" => [.. MemoryMarshal.Cast<byte, ushort>(entry.Bytes.Span).ToArray().Select(v => (double)BitConverter.Int32BitsToSingle(v << 16))],
            _ => throw new InvalidInputException($"tensor {entry.Name} has dtype {entry.DType}, which is no float", source),
        };
        return values.All(double.IsFinite)
            ? values
            : throw new InvalidInputException($"tensor {entry.Name} holds values that are not finite", source);
    }
}
