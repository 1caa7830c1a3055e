namespace Migrate.Native.Cuda;

/// <summary>How a kernel of the training is launched. Its numbers are those of native/cuda/training_arguments.hpp.</summary>
/// <param name="Stem">Its name between migrate_ and the type.</param>
/// <param name="SharedBytes">Shared memory of a block.</param>
internal readonly record struct CudaTrainingLaunch(string Stem, int SharedBytes = 0)
{
    /// <summary>Threads of a block. The sums of a block depend on it.</summary>
    public const int Threads = 256;

    /// <summary>Shared memory of kernels that add up rows by blocks.</summary>
    public const int BlockSumBytes = (Threads * 16 * 2) + (Threads / 32 * 8);

    /// <summary>Channels of a kernel that has a warp for each of them: so many in a block.</summary>
    public const int ChannelsInBlock = Threads / 32;

    private const long PieceRows = 512, MostPieces = 1024;

    /// <summary>Pieces that sums over so many rows are made of.</summary>
    public static long Pieces(long rows) => Math.Clamp((rows + PieceRows - 1) / PieceRows, 1, MostPieces);

    /// <summary>Doubles of scratch memory for them.</summary>
    public static long PieceNumbers(long rows, long channels) => Pieces(rows) * (1 + (2 * channels));

    /// <summary>Rows that a block works on at a time.</summary>
    public static long RowsInBlock(long channels, RowType type)
    {
        var widest = 16 / (type == RowType.Float64 ? sizeof(double) : sizeof(float));
        var strips = channels % widest == 0 ? channels / widest : channels;
        return Math.Max(1, Threads / strips);
    }

    /// <summary>Name in the module.</summary>
    public string Name(RowType type) => $"migrate_{Stem}_{(type == RowType.Float64 ? "f64" : "f32")}";
}
