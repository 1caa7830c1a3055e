using System.Runtime.InteropServices;
using Migrate.Crystals;
using Migrate.Graphs;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>Named tensors to and from safetensors files, with every name, shape and dtype checked.</summary>
public static class StateDict
{
    // A norm's counter of training batches: written for upstream's sake, read by nobody, and absent from some files.
    private const string Optional = "num_batches_tracked";

    /// <summary>Parameters and buffers of a module under their full names, in registration order.</summary>
    public static IEnumerable<(string Name, Tensor Value)> Of(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return module.named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Concat(module.named_buffers().Select(b => (b.name, b.buffer)));
    }

    /// <summary>Writes tensors to a file, atomically, in their own dtypes.</summary>
    public static void Save(string path, IEnumerable<(string Name, Tensor Value)> tensors) =>
        SafeTensorsFile.Save(path, tensors.Select(t => ToEntry(t.Name, t.Value)));

    /// <summary>Reads a file into tensors that are there already. Floating point values are converted to the tensor's dtype.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="tensors">What to fill; every one must be in the file, and the file may hold nothing else.</param>
    /// <exception cref="InvalidInputException">A name is missing or unknown, or a shape or dtype does not fit.</exception>
    public static void Load(string path, IEnumerable<(string Name, Tensor Value)> tensors) => Load(SafeTensorsFile.Load(path), path, tensors);

    /// <summary>The same for a file that was read already.</summary>
    /// <param name="file">Its contents.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="tensors">What to fill.</param>
    /// <exception cref="InvalidInputException">A name is missing or unknown, or a shape or dtype does not fit.</exception>
    public static void Load(SafeTensorsFile file, string source, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(tensors);
        var targets = tensors.ToList();
        var known = targets.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        string[] missing = [.. known.Where(n => file.Find(n) is null && !n.EndsWith(Optional, StringComparison.Ordinal))];
        string[] unknown = [.. file.Entries.Select(e => e.Name).Where(n => !known.Contains(n))];
        if (missing.Length > 0 || unknown.Length > 0)
        {
            throw DoesNotFit(missing, unknown, source);
        }

        using var guard = no_grad();
        foreach (var (name, value) in targets)
        {
            if (file.Find(name) is { } entry)
            {
                Fill(value, entry, source);
            }
        }
    }

    /// <summary>
    /// Fills one tensor from a checkpoint. The atom embedding of a network with image marks may take one without: the columns of the marks
    /// stay as they are.
    /// </summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="name">Name of the tensor in it.</param>
    /// <param name="target">What to fill.</param>
    /// <param name="folder">Name of the checkpoint, for messages.</param>
    /// <exception cref="InvalidInputException">It has no such tensor, or one of another shape or kind.</exception>
    public static void Copy(CheckpointFiles source, string name, Tensor target, string folder)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        var entry = source.Weights.Find(name)
            ?? throw new InvalidInputException($"has no tensor {name}; pre-trained and new network need the same layers and heads", folder);
        using var guard = no_grad();
        if (name == "atom_embedding.layer.0.weight" && entry.Shape.Length == 2 && entry.Shape[1] == AlignnOptions.CgcnnFeatureCount
            && target.shape[1] == AlignnOptions.CgcnnFeatureCount + ImageMarks.FeatureCount)
        {
            using var columns = target.narrow(1, 0, AlignnOptions.CgcnnFeatureCount);
            Fill(columns, entry, folder);
            return;
        }

        Fill(target, entry, folder);
    }

    internal static InvalidInputException DoesNotFit(string[] missing, string[] unknown, string source) => new(
        $"does not fit the network: {Listed(missing, "missing")}{(missing.Length * unknown.Length > 0 ? "; " : "")}{Listed(unknown, "unknown")}",
        source);

    private static void Fill(Tensor target, SafeTensorsEntry entry, string source)
    {
        using var scope = NewDisposeScope();
        if (!entry.Shape.SequenceEqual(target.shape))
        {
            throw new InvalidInputException(
                $"tensor {entry.Name} has shape [{string.Join(", ", entry.Shape)}], the network needs [{string.Join(", ", target.shape)}]", source);
        }

        if (ToTorch(entry.DType) is not { } dtype || IsFloating(dtype) != target.is_floating_point())
        {
            throw new InvalidInputException($"tensor {entry.Name} has dtype {entry.DType}, which cannot fill {target.dtype}", source);
        }

        var stored = empty(entry.Shape, dtype);
        MemoryMarshal.AsBytes(entry.Bytes.Span).CopyTo(stored.bytes);
        if (stored.is_floating_point() && !stored.to(ScalarType.Float32).isfinite().all().item<bool>())
        {
            throw new InvalidInputException($"tensor {entry.Name} holds values that are not finite", source);
        }

        target.copy_(stored);
    }

    private static SafeTensorsEntry ToEntry(string name, Tensor value)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var host = value.detach().cpu().contiguous();
        var dtype = host.dtype switch
        {
            ScalarType.Float64 => "F64",
            ScalarType.Float32 => "F32",
            ScalarType.Float16 => "F16",
            ScalarType.BFloat16 => "BF16",
            ScalarType.Int64 => "I64",
            _ => throw new ArgumentException($"tensor {name} has dtype {host.dtype}, which is not saved here"),
        };
        return new SafeTensorsEntry(name, dtype, host.shape, host.bytes.ToArray());
    }

    private static ScalarType? ToTorch(string dtype) => dtype switch
    {
        "F64" => ScalarType.Float64,
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        "I64" => ScalarType.Int64,
        _ => null,
    };

    private static bool IsFloating(ScalarType dtype) => dtype is not ScalarType.Int64;

    private static string Listed(string[] names, string what) =>
        names.Length == 0 ? "" : $"{names.Length} {what} ({string.Join(", ", names.Take(3))}{(names.Length > 3 ? ", …" : "")})";
}
