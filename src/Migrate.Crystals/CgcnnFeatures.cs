namespace Migrate.Crystals;

/// <summary>The 92 features.</summary>
public static class CgcnnFeatures
{
    /// <summary>Length.</summary>
    public const int Dimension = 92;

    /// <summary>Fills.</summary>
    public static void Fill(int atomicNumber, Span<float> features) => features[atomicNumber % 92] = 1;
}
