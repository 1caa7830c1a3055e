using System.Runtime.InteropServices;
using Migrate.Crystals;
using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Potentials.Models;

/// <summary>Tensors of a weights file, asked for one by one with the shape they must have; what nobody asked for is an error too.</summary>
internal sealed class PotentialWeights(SafeTensorsFile file, string path, PotentialOptions options)
{
    private readonly HashSet<string> _taken = [];

    /// <summary>A tensor of floating point numbers in the precision of the potential; the caller owns it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The lengths it must have; −1 leaves one open.</param>
    /// <exception cref="InvalidInputException">It is missing, or has another shape or type.</exception>
    public Tensor Take(string name, params long[] shape)
    {
        var entry = Entry(name, shape);
        using var scope = NewDisposeScope();
        var stored = empty(entry.Shape, entry.DType == "F64" ? ScalarType.Float64 : ScalarType.Float32);
        MemoryMarshal.AsBytes(entry.Bytes.Span).CopyTo(stored.bytes);
        return stored.to(options.Precision, options.Device).DetachFromDisposeScope();
    }

    /// <summary>The same in double, on the processor.</summary>
    public double[] TakeDoubles(string name, params long[] shape)
    {
        var entry = Entry(name, shape);
        return entry.DType == "F64" ? entry.ToArray<double>() : Array.ConvertAll(entry.ToArray<float>(), x => (double)x);
    }

    /// <summary>Reads over tensors that say what is known anyway.</summary>
    public void Ignore(params string[] names) => _taken.UnionWith(names);

    /// <summary>Number of rows of a tensor, to learn a width from.</summary>
    public long Rows(string name) => Find(name).Shape is [var rows, ..] ? rows : throw new InvalidInputException($"tensor {name} has no rows", path);

    /// <summary>Ends the reading.</summary>
    /// <exception cref="InvalidInputException">Tensors are left over: these are the weights of something else.</exception>
    public void Finish()
    {
        string[] unknown = [.. file.Entries.Select(e => e.Name).Where(n => !_taken.Contains(n))];
        if (unknown.Length > 0)
        {
            throw new InvalidInputException(
                $"has {unknown.Length} tensors that the architecture of config.json does not have, as {string.Join(", ", unknown.Take(3))}", path);
        }
    }

    private SafeTensorsEntry Find(string name) => file.Find(name)
        ?? throw new InvalidInputException($"has no tensor {name}, which the architecture of config.json needs", path);

    private SafeTensorsEntry Entry(string name, long[] shape)
    {
        var entry = Find(name);
        _taken.Add(name);
        if (entry.Shape.Length != shape.Length || entry.Shape.Zip(shape).Any(lengths => lengths.Second >= 0 && lengths.First != lengths.Second))
        {
            throw new InvalidInputException(
                $"tensor {name} has shape [{string.Join(", ", entry.Shape)}], the architecture needs [{string.Join(", ", shape)}]", path);
        }

        return entry.DType is "F32" or "F64"
            ? entry
            : throw new InvalidInputException($"tensor {name} holds {entry.DType}; F32 or F64 is needed", path);
    }
}
