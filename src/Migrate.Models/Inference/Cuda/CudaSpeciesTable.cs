using System.Runtime.InteropServices;
using Migrate.Crystals;
using Migrate.Native;
using Migrate.Native.Cuda;

namespace Migrate.Models;

/// <summary>
/// Embedded rows of atoms. An atom's features are those of its element and, in some networks, its place among the images, so there are few
/// different ones: each is embedded once, in double, and atoms then are numbers of rows.
/// </summary>
internal sealed unsafe class CudaSpeciesTable : IDisposable
{
    private readonly CudaDevice _device;
    private readonly AlignnOptions _options;
    private readonly DenseLayer _embedding;
    private readonly int _stride;
    private readonly Dictionary<(byte Number, int Image, int ImageCount), int> _keys = [];

    // Row + 1 of the atoms that are no images, by atomic number: nearly all of them.
    private readonly int[] _unmarked = new int[byte.MaxValue + 1];
    private readonly List<float> _rows = [];
    private int _uploaded;
    private DeviceBuffer? _table;

    public CudaSpeciesTable(CudaDevice device, AlignnOptions options, ModelWeights weights, int stride)
    {
        (_device, _options, _stride) = (device, options, stride);
        _embedding = DenseLayer.Mlp(Arithmetic.Float64, weights, "atom_embedding");
    }

    /// <summary>Number of the row of an atom.</summary>
    /// <param name="number">Atomic number.</param>
    /// <param name="image">Its number among the images, or any number from <paramref name="imageCount"/> on where it is none.</param>
    /// <param name="imageCount">Images of the structure.</param>
    /// <exception cref="InvalidInputException">The element has no features.</exception>
    public int Key(byte number, int image, int imageCount)
    {
        var marked = _options.MarkImages && image < imageCount;
        if (!marked && _unmarked[number] is > 0 and var known)
        {
            return known - 1;
        }

        var key = marked ? (number, image, imageCount) : (number, -1, 0);
        if (!_keys.TryGetValue(key, out var row))
        {
            _rows.AddRange(Embed(Features(number, marked, image, imageCount)));
            row = _keys.Count;
            _keys[key] = row;
            if (!marked)
            {
                _unmarked[number] = row + 1;
            }
        }

        return row;
    }

    /// <summary>[rows, stride] on the device, with every row that has a number. It moves when rows are added.</summary>
    /// <param name="moved">True if it is not where it was at the last call.</param>
    public float* Table(out bool moved)
    {
        moved = _uploaded < _keys.Count || _table is null;
        if (moved)
        {
            _table?.Dispose();
            _table = _device.Upload<float>(CollectionsMarshal.AsSpan(_rows));
            _uploaded = _keys.Count;
        }

        return (float*)_table!.Pointer;
    }

    public void Dispose()
    {
        _embedding.Dispose();
        _table?.Dispose();
    }

    private float[] Features(byte number, bool marked, int image, int imageCount)
    {
        var features = new float[_options.AtomFeatures];
        CgcnnFeatures.Fill(number, features.AsSpan(0, CgcnnFeatures.Dimension));
        if (marked)
        {
            ImageMarks.Of(image, imageCount, features.AsSpan(AlignnOptions.CgcnnFeatureCount));
        }

        return features;
    }

    private float[] Embed(float[] features) =>
        CudaNumbers.Rows(_embedding.Evaluate(Array.ConvertAll(features, f => (double)f)), _options.HiddenFeatures, _stride);
}
