using Migrate.Crystals;

namespace Migrate.Potentials;

/// <summary>What a potential says of one configuration, or why it says nothing.</summary>
public sealed record PotentialEvaluation
{
    /// <summary>Potential energy of the cell, eV; NaN where <see cref="Error"/> is set.</summary>
    public required double Energy { get; init; }

    /// <summary>[n_atoms] forces in eV/Å; empty where they were not asked for, and where <see cref="Error"/> is set.</summary>
    public IReadOnlyList<Vector3D> Forces { get; init; } = [];

    /// <summary>
    /// [9] stress in eV/Å³, row by row, positive on the diagonal where the cell wants to shrink (1 eV/Å³ = 160.21766208 GPa);
    /// empty where it was not asked for, and where <see cref="Error"/> is set.
    /// </summary>
    public IReadOnlyList<double> Stress { get; init; } = [];

    /// <summary>One line that says what is wrong with this configuration, or null: the others of a batch go on.</summary>
    public string? Error { get; init; }

    /// <summary>A configuration that could not be evaluated.</summary>
    /// <param name="error">One line: the site, what is wrong, what would be right.</param>
    public static PotentialEvaluation Failed(string error) => new() { Energy = double.NaN, Error = error };
}
