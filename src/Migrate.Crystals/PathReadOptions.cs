namespace Migrate.Crystals;

/// <summary>How paths are read.</summary>
public sealed record PathReadOptions
{
    private readonly int _imageCount = 5;

    /// <summary>Images of a band, both ends included: at least 2. Given bands must have as many; pairs are interpolated to as many.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 2.</exception>
    public int ImageCount
    {
        get => _imageCount;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2);
            _imageCount = value;
        }
    }
}
