namespace Migrate.Potentials.Neb;

/// <summary>A step of a relaxation or of a band.</summary>
/// <param name="Step">From 0, the first guess.</param>
/// <param name="Energy">eV; of a band that of its highest inner image.</param>
/// <param name="Force">Largest force on an atom, eV/Å; of a band the force of the band.</param>
public readonly record struct NebStep(int Step, double Energy, double Force);
