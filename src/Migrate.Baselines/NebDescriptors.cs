namespace Migrate.Baselines;

/// <summary>
/// What a nudged elastic band with an interatomic potential says of a path, as descriptors beside those of <see cref="PathDescriptors"/>. A potential
/// that was trained on bulk crystals gets the size of a barrier wrong (its energies rise too slowly away from equilibrium: Deng et al., npj Comput.
/// Mater. 11, 9 (2025)), but knows how the framework gives way, which no descriptor of the straight line does.
/// </summary>
public static class NebDescriptors
{
    /// <summary>Raised when a descriptor is computed in another way.</summary>
    public const int Version = 1;

    // A column among 154 is looked at by few splits and moves a distance little; the one that knows more counts as several.
    private const int Times = 5;

    // Beyond it a potential is not believed, eV.
    private const double Largest = 6;

    /// <summary>Names of all descriptors that a model of paths with bands reads, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. PathDescriptors.Names, .. Enumerable.Range(1, Times).Select(k => $"logarithm of the relaxed band's barrier ({k} of {Times})")];

    /// <summary>Descriptors of the band, as they stand behind those of the path.</summary>
    /// <param name="barrier">Barrier of the relaxed band with the potential, eV.</param>
    /// <returns>As many as there are <see cref="Names"/> beyond those of <see cref="PathDescriptors"/>.</returns>
    /// <exception cref="ArgumentException">The barrier is no finite number.</exception>
    public static double[] Of(double barrier) => double.IsFinite(barrier)
        ? [.. Enumerable.Repeat(DescriptorModel.Logarithm(Math.Min(barrier, Largest)), Times)]
        : throw new ArgumentException("the barrier of the band is no finite number", nameof(barrier));
}
