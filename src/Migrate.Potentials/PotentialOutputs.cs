namespace Migrate.Potentials;

/// <summary>What an evaluation computes beside the energy.</summary>
[Flags]
public enum PotentialOutputs
{
    /// <summary>The energy alone: one forward pass.</summary>
    Energy = 0,

    /// <summary>Forces, −∂E/∂x.</summary>
    Forces = 1,

    /// <summary>Stress, (1/V) ∂E/∂ε.</summary>
    Stress = 2,
}
