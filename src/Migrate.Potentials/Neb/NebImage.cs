using Migrate.Crystals;

namespace Migrate.Potentials.Neb;

/// <summary>An image of a band.</summary>
/// <param name="Structure">The configuration, coordinates not wrapped.</param>
/// <param name="Energy">eV.</param>
/// <param name="Forces">[n_atoms] forces of the potential, without springs, eV/Å.</param>
/// <param name="Coordinate">Length of the band from its first image to this one, Å (of all 3 n_atoms coordinates).</param>
/// <param name="Slope">Derivative of the energy along the band, eV/Å.</param>
public sealed record NebImage(Structure Structure, double Energy, IReadOnlyList<Vector3D> Forces, double Coordinate, double Slope);
